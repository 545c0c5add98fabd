import { ServiceError } from '../../kernel/service-error.ts';
import type { Tag } from '../documents/entity.ts';
import { IAM_ERRORS } from './iam-errors.ts';
import type { TagKeys } from './tag-keys.ts';

/**
 * Rejects what the wire shapes cannot: duplicate keys, and keys with AWS's reserved prefix.
 * @throws {ServiceError} InvalidInput.
 */
export function requireValidTags({ identity, duplicates }: TagKeys, tags: readonly Tag[]): void {
  const keys = new Set(tags.map(({ key }) => identity(key)));
  if (keys.size < tags.length) throw new ServiceError(IAM_ERRORS.InvalidInput, duplicates);
  for (const key of keys) {
    if (key.toLowerCase().startsWith('aws:')) {
      throw new ServiceError(IAM_ERRORS.InvalidInput, 'Caller is an end user and not allowed to mutate system tags');
    }
  }
}

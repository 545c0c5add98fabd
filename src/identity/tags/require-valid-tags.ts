import { ServiceError } from '../../kernel/service-error.ts';
import { foldName, type Tag } from '../entity.ts';

/**
 * Refuses what the wire shapes cannot: keys that differ in case only, and keys with AWS's own prefix.
 * @throws {ServiceError} InvalidInput.
 */
export function requireValidTags(tags: readonly Tag[]): void {
  const keys = new Set(tags.map(({ key }) => foldName(key)));
  if (keys.size < tags.length) {
    throw new ServiceError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  for (const key of keys) {
    if (key.startsWith('aws:')) {
      throw new ServiceError('InvalidInput', 'Caller is an end user and not allowed to mutate system tags');
    }
  }
}

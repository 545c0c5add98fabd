import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { foldName } from '../documents/entity.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeHolder } from './find-holder.ts';
import { arnOf, holderExists, type PolicyHolder, type RenamableKind } from './holder-kind.ts';

/**
 * Gives a user or group another name, path, or both. Its unique id and everything that refers to it stay the same. `holder` is the entity
 * as it was authorised: if another call has moved it since, its new ARN would be one that was never allowed.
 * @throws {ServiceError} EntityAlreadyExists, NoSuchEntity, ConcurrentModification.
 */
export async function renameHolder<Holder extends PolicyHolder>(
  kind: RenamableKind<Holder>,
  store: IdentityStore,
  {
    holder,
    newName,
    newPath,
    now,
  }: { holder: Holder; newName?: string | undefined; newPath?: string | undefined; now: number },
): Promise<Holder> {
  const change = (old: Holder): Holder => {
    if (arnOf(kind, old) !== arnOf(kind, holder)) {
      throw new ServiceError(
        IAM_ERRORS.ConcurrentModification,
        `The ${kind.type} ${kind.nameOf(holder)} was renamed or moved in the meantime. Look it up and try again.`,
      );
    }
    const name = newName ?? kind.nameOf(old);
    return kind.renamed(old, { name, nameKey: foldName(name), path: newPath ?? old.path, now });
  };
  const { path, nameKey: oldKey } = holder;
  const nameKey = newName === undefined ? oldKey : foldName(newName);
  if (newName !== undefined && nameKey !== oldKey) {
    await kind.requireName?.(store, kind.renamed(holder, { name: newName, nameKey, path }));
  }
  try {
    return await changeHolder(kind, store, { holder, change });
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw holderExists(kind.type, newName ?? kind.nameOf(holder));
    throw error;
  }
}

import { DuplicateKeyError } from '../../ports/collections.ts';
import { foldName } from '../entity.ts';
import type { IdentityStore } from '../identity-store.ts';
import { changeHolder } from './find-holder.ts';
import { holderExists, type PolicyHolder, type RenamableKind } from './holder-kind.ts';

/**
 * Gives a user or group another name, path, or both. Its unique id stays, and with it all that refers to it.
 * @throws {ServiceError} EntityAlreadyExists, NoSuchEntity.
 */
export async function renameHolder<Holder extends PolicyHolder>(
  kind: RenamableKind<Holder>,
  store: IdentityStore,
  { holder, newName, newPath }: { holder: Holder; newName?: string | undefined; newPath?: string | undefined },
): Promise<Holder> {
  const change = (old: Holder): Holder => {
    const name = newName ?? kind.nameOf(old);
    return kind.renamed(old, { name, nameKey: foldName(name), path: newPath ?? old.path });
  };
  try {
    return await changeHolder(kind, store, { holder, change });
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw holderExists(kind.type, newName ?? kind.nameOf(holder));
    throw error;
  }
}

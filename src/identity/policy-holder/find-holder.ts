import { foldName } from '../documents/entity.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { type HolderKind, noSuchHolder, type PolicyHolder } from './holder-kind.ts';

/** Finds a user, group or role of an account by name, regardless of case. */
export async function findHolder<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { accountId, name }: { accountId: string; name: string },
): Promise<Holder | undefined> {
  const { items } = await kind.collection(store).find('byName', [accountId, foldName(name)], { limit: 1 });
  return items[0];
}

/**
 * Changes a user, group or role by compare-and-swap. It is identified by its unique id, so the change affects the entity that was
 * authorised, even if it was renamed or another was created under its name in the meantime.
 * @throws {ServiceError} NoSuchEntity if it is gone.
 */
export async function changeHolder<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, change }: { holder: Holder; change: (old: Holder) => Holder },
): Promise<Holder> {
  const changed = await kind.collection(store).update(kind.keyOf(holder), change);
  if (!changed) throw noSuchHolder(kind.type, kind.nameOf(holder));
  return changed;
}

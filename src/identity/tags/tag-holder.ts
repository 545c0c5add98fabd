import type { Tag } from '../entity.ts';
import type { IdentityStore } from '../identity-store.ts';
import { changeHolder } from '../policy-holder/find-holder.ts';
import type { HolderKind, PrincipalHolder } from '../policy-holder/holder-kind.ts';
import { mergeTags, removeTags } from './merge-tags.ts';
import { requireValidTags } from './require-valid-tags.ts';
import { FOLDED_KEYS } from './tag-keys.ts';

/** @throws {ServiceError} InvalidInput, LimitExceeded, NoSuchEntity. */
export async function tagHolder<Holder extends PrincipalHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, tags }: { holder: Holder; tags: readonly Tag[] },
): Promise<void> {
  requireValidTags(FOLDED_KEYS, tags);
  await changeHolder(kind, store, {
    holder,
    change: (old) => ({ ...old, tags: mergeTags(FOLDED_KEYS, old.tags, tags) }),
  });
}

/** @throws {ServiceError} NoSuchEntity. */
export async function untagHolder<Holder extends PrincipalHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, keys }: { holder: Holder; keys: readonly string[] },
): Promise<void> {
  await changeHolder(kind, store, {
    holder,
    change: (old) => ({ ...old, tags: removeTags(FOLDED_KEYS, old.tags, keys) }),
  });
}

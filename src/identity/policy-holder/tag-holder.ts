import type { Tag } from '../documents/entity.ts';
import { mergeTags, removeTags } from '../rules/merge-tags.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { FOLDED_KEYS } from '../rules/tag-keys.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeHolder } from './find-holder.ts';
import type { HolderKind, PrincipalHolder } from './holder-kind.ts';

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

import type { Tag } from '../entity.ts';
import type { IdentityStore } from '../identity-store.ts';
import { mergeTags, removeTags } from '../tags/merge-tags.ts';
import { requireValidTags } from '../tags/require-valid-tags.ts';
import { EXACT_KEYS } from '../tags/tag-keys.ts';
import type { PolicyName } from './policy-versions.ts';
import { changeOwnPolicy } from './require-policy.ts';

type Store = Pick<IdentityStore, 'managedPolicies'>;

/** @throws {ServiceError} InvalidInput, LimitExceeded, NoSuchEntity, AccessDenied */
export async function tagManagedPolicy(store: Store, which: PolicyName, tags: readonly Tag[]): Promise<void> {
  requireValidTags(EXACT_KEYS, tags);
  await changeOwnPolicy(store, which, (old) => ({ ...old, tags: mergeTags(EXACT_KEYS, old.tags, tags) }));
}

/** @throws {ServiceError} NoSuchEntity, AccessDenied */
export async function untagManagedPolicy(store: Store, which: PolicyName, keys: readonly string[]): Promise<void> {
  await changeOwnPolicy(store, which, (old) => ({ ...old, tags: removeTags(EXACT_KEYS, old.tags, keys) }));
}

import type { Tag } from '../documents/entity.ts';
import { mergeTags, removeTags } from '../rules/merge-tags.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityStore } from '../store/identity-store.ts';
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

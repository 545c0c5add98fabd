import { ServiceError } from '../../kernel/service-error.ts';
import type { Tag } from '../documents/entity.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { mergeTags, removeTags } from '../rules/merge-tags.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeProvider, type ProviderName } from './require-provider.ts';

type Store = Pick<IdentityStore, 'oidcProviders'>;

const MAX_THUMBPRINTS = 5;

/**
 * Checks the number of thumbprints. The wire shape requires 40 characters of each, as AWS does; neither checks their content [aws-behaviour
 * 31].
 * @throws {ServiceError} InvalidInput
 */
export function requireThumbprints(thumbprints: readonly string[]): void {
  if (thumbprints.length > MAX_THUMBPRINTS) {
    throw new ServiceError(
      IAM_ERRORS.InvalidInput,
      `Thumbprint list must contain fewer than ${MAX_THUMBPRINTS} entries.`,
    );
  }
}

/** Adds an audience; no effect if it is already there. @throws {ServiceError} NoSuchEntity, LimitExceeded */
export async function addClientId(store: Store, which: ProviderName, clientId: string): Promise<void> {
  await changeProvider(store, which, (old) => {
    if (old.clientIds.includes(clientId)) return old;
    requireWithin(QUOTAS.clientIdsPerOpenIdConnectProvider, old.clientIds.length + 1);
    return { ...old, clientIds: [...old.clientIds, clientId] };
  });
}

/** Removes an audience, if present. @throws {ServiceError} NoSuchEntity */
export async function removeClientId(store: Store, which: ProviderName, clientId: string): Promise<void> {
  await changeProvider(store, which, (old) => ({
    ...old,
    clientIds: old.clientIds.filter((candidate) => candidate !== clientId),
  }));
}

/** Replaces the thumbprints. @throws {ServiceError} NoSuchEntity, InvalidInput */
export async function setThumbprints(store: Store, which: ProviderName, thumbprints: readonly string[]): Promise<void> {
  requireThumbprints(thumbprints);
  await changeProvider(store, which, (old) => ({ ...old, thumbprints: [...thumbprints] }));
}

/** @throws {ServiceError} InvalidInput, LimitExceeded, NoSuchEntity */
export async function tagProvider(store: Store, which: ProviderName, tags: readonly Tag[]): Promise<void> {
  requireValidTags(EXACT_KEYS, tags);
  await changeProvider(store, which, (old) => ({ ...old, tags: mergeTags(EXACT_KEYS, old.tags, tags) }));
}

/** @throws {ServiceError} NoSuchEntity */
export async function untagProvider(store: Store, which: ProviderName, keys: readonly string[]): Promise<void> {
  await changeProvider(store, which, (old) => ({ ...old, tags: removeTags(EXACT_KEYS, old.tags, keys) }));
}

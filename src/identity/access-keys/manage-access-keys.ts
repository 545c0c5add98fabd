import { ServiceError } from '../../kernel/service-error.ts';
import { enforcedPolicy, requireMayBeActive } from '../credential-policy/enforced-policy.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import type { AccessKey } from '../documents/access-key.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeKeys } from './change-keys.ts';

/** AWS's error for an access key that does not exist. */
export function noSuchAccessKey(accessKeyId: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `The Access Key with id ${accessKeyId} cannot be found.`);
}

/**
 * Activates or deactivates an access key.
 * @param now in ms since the epoch.
 * @throws {ServiceError} NoSuchEntity; AccessDenied if the credential policy lets the key not be active.
 */
export async function updateAccessKey(
  store: IdentityStore,
  holder: CredentialHolder,
  { accessKeyId, status, now }: Pick<AccessKey, 'accessKeyId' | 'status'> & { readonly now: number },
): Promise<void> {
  const policy = status === 'Active' ? await enforcedPolicy(store, holder) : undefined;
  await changeKeys(store, holder, (keys) => {
    requireKey(keys, accessKeyId);
    return keys.map((key) => {
      if (key.accessKeyId !== accessKeyId || key.status === status) return key;
      if (status === 'Inactive') return { ...key, status };
      if (policy !== undefined) requireMayBeActive(key, policy, now);
      return { ...key, status, activatedAt: now };
    });
  });
}

/** Deletes an access key, active or not. @throws {ServiceError} NoSuchEntity. */
export async function deleteAccessKey(
  store: IdentityStore,
  holder: CredentialHolder,
  accessKeyId: string,
): Promise<void> {
  await changeKeys(store, holder, (keys) => {
    requireKey(keys, accessKeyId);
    return keys.filter((key) => key.accessKeyId !== accessKeyId);
  });
}

/** The holder's access keys, oldest first. */
export function listAccessKeys(holder: CredentialHolder, request: PageRequest): ListPage<AccessKey> {
  const positionOf = (key: AccessKey) => `${String(key.createdAt).padStart(16, '0')} ${key.accessKeyId}`;
  return pageOf(holder.accessKeys, { list: 'access-keys', positionOf, request });
}

function requireKey(keys: readonly AccessKey[], accessKeyId: string): void {
  if (!keys.some((key) => key.accessKeyId === accessKeyId)) throw noSuchAccessKey(accessKeyId);
}

import { ServiceError } from '../../kernel/service-error.ts';
import type { AccessKey } from '../documents/access-key.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeKeys, type KeyOwner, keysOf } from './key-owner.ts';

/** AWS's words for an access key that is not there. */
export function noSuchAccessKey(accessKeyId: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`);
}

/** Switches an access key on or off. @throws {ServiceError} NoSuchEntity. */
export async function updateAccessKey(
  store: IdentityStore,
  owner: KeyOwner,
  { accessKeyId, status }: Pick<AccessKey, 'accessKeyId' | 'status'>,
): Promise<void> {
  await changeKeys(store, owner, (keys) => {
    requireKey(keys, accessKeyId);
    return keys.map((key) => (key.accessKeyId === accessKeyId ? { ...key, status } : key));
  });
}

/** Deletes an access key, active or not. @throws {ServiceError} NoSuchEntity. */
export async function deleteAccessKey(store: IdentityStore, owner: KeyOwner, accessKeyId: string): Promise<void> {
  await changeKeys(store, owner, (keys) => {
    requireKey(keys, accessKeyId);
    return keys.filter((key) => key.accessKeyId !== accessKeyId);
  });
}

/** The owner's access keys, oldest first. */
export async function listAccessKeys(
  store: IdentityStore,
  owner: KeyOwner,
  request: PageRequest,
): Promise<ListPage<AccessKey>> {
  const positionOf = (key: AccessKey) => `${String(key.createdAt).padStart(16, '0')} ${key.accessKeyId}`;
  return pageOf(await keysOf(store, owner), { list: 'access-keys', positionOf, request });
}

function requireKey(keys: readonly AccessKey[], accessKeyId: string): void {
  if (!keys.some((key) => key.accessKeyId === accessKeyId)) throw noSuchAccessKey(accessKeyId);
}

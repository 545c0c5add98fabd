import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SshPublicKey } from '../documents/ssh-public-key.ts';
import type { User } from '../documents/user.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { readSshKey } from './read-ssh-key.ts';

type Store = Pick<IdentityStore, 'users'>;

/**
 * Adds an SSH public key, which is active. The same key in another encoding counts as the same.
 * @throws {ServiceError} DuplicateSSHPublicKey, InvalidPublicKey, LimitExceeded, NoSuchEntity, UnrecognizedPublicKeyEncoding
 */
export async function uploadSshKey(
  { store, random }: Pick<IdentityDependencies, 'store' | 'random'>,
  { user, body, now }: { readonly user: User; readonly body: string; readonly now: number },
): Promise<SshPublicKey> {
  const blob = readSshKey(body);
  const keyId = makeId(ID_PREFIX.publicKey, user.accountId, random);
  const key: SshPublicKey = { keyId, body, blob, status: 'Active', uploadedAt: now };
  await changeKeys(store, user, (keys) => {
    if (keys.some((other) => other.blob === blob)) {
      throw new ServiceError(IAM_ERRORS.DuplicateSSHPublicKey, 'The user already has this SSH public key.');
    }
    requireWithin(QUOTAS.sshPublicKeysPerUser, keys.length + 1);
    return [...keys, key];
  });
  return key;
}

/** @throws {ServiceError} NoSuchEntity */
export function requireSshKey({ sshPublicKeys = [] }: Pick<User, 'sshPublicKeys'>, keyId: string): SshPublicKey {
  const key = sshPublicKeys.find((each) => each.keyId === keyId);
  if (key === undefined) {
    throw new ServiceError(IAM_ERRORS.NoSuchEntity, `The Public Key with id ${keyId} cannot be found.`);
  }
  return key;
}

/** @throws {ServiceError} NoSuchEntity */
export async function updateSshKey(
  store: Store,
  user: User,
  { keyId, status }: Pick<SshPublicKey, 'keyId' | 'status'>,
): Promise<void> {
  await changeKeys(store, user, (keys) => {
    requireSshKey({ sshPublicKeys: [...keys] }, keyId);
    return keys.map((key) => (key.keyId === keyId ? { ...key, status } : key));
  });
}

/** @throws {ServiceError} NoSuchEntity */
export async function deleteSshKey(store: Store, user: User, keyId: string): Promise<void> {
  await changeKeys(store, user, (keys) => {
    requireSshKey({ sshPublicKeys: [...keys] }, keyId);
    return keys.filter((key) => key.keyId !== keyId);
  });
}

/** A user's SSH public keys, oldest first. */
export function listSshKeys(
  user: Pick<User, 'sshPublicKeys'> | undefined,
  request: PageRequest,
): ListPage<SshPublicKey> {
  const positionOf = (key: SshPublicKey) => `${String(key.uploadedAt).padStart(16, '0')} ${key.keyId}`;
  return pageOf(user?.sshPublicKeys ?? [], { list: 'ssh-public-keys', positionOf, request });
}

async function changeKeys(
  store: Store,
  user: User,
  change: (keys: readonly SshPublicKey[]) => readonly SshPublicKey[],
): Promise<void> {
  const changed = await store.users.update(userKind.keyOf(user), ({ sshPublicKeys = [], ...rest }) => {
    const keys = change(sshPublicKeys);
    return { ...rest, ...(keys.length > 0 && { sshPublicKeys: [...keys] }) };
  });
  if (!changed) throw noSuchHolder('user', user.userName);
}

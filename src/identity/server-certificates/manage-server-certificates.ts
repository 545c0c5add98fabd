import { iamArn } from '../../kernel/arn.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { accountQuota } from '../accounts/account-quota.ts';
import { foldName, type Tag } from '../documents/entity.ts';
import type { ServerCertificate } from '../documents/server-certificate.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { mergeTags, removeTags } from '../rules/merge-tags.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readServerCertificate, type ServerCertificateInput } from './read-server-certificate.ts';

type Store = Pick<IdentityStore, 'serverCertificates'>;

/** The ARN of a server certificate, whether or not it exists. */
export function serverCertificateArn(accountId: string, path: string, name: string): string {
  return iamArn(accountId, 'server-certificate', path, name);
}

/** AWS's error for a server certificate that does not exist. */
export function noSuchServerCertificate(name: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `The Server Certificate with name ${name} cannot be found.`);
}

function serverCertificateExists(name: string, cause: unknown): ServiceError {
  const message = `The Server Certificate with name ${name} already exists.`;
  return new ServiceError(IAM_ERRORS.EntityAlreadyExists, message, { cause });
}

/** Finds an account's server certificate by name, regardless of case. */
export async function findServerCertificate(
  store: Store,
  accountId: string,
  name: string,
): Promise<ServerCertificate | undefined> {
  const { items } = await store.serverCertificates.find('byName', [accountId, foldName(name)], { limit: 1 });
  return items[0];
}

/** @throws {ServiceError} EntityAlreadyExists, InvalidInput, KeyPairMismatch, LimitExceeded, MalformedCertificate */
export async function uploadServerCertificate(
  { store, sealer, random }: IdentityDependencies,
  input: ServerCertificateInput & {
    readonly accountId: string;
    readonly name: string;
    readonly path: string;
    readonly tags: readonly Tag[];
  },
): Promise<ServerCertificate> {
  const { accountId, name, path, body, chain, tags, now } = input;
  requireValidTags(EXACT_KEYS, tags);
  const { key, expiresAt } = readServerCertificate(input);
  const quota = await accountQuota(store, accountId, QUOTAS.serverCertificatesPerAccount);
  const count = await store.serverCertificates.count('byName', [accountId], { limit: quota.limit });
  requireWithin(quota, count + 1);
  const certificateId = makeId(ID_PREFIX.serverCertificate, accountId, random);
  const certificate: ServerCertificate = {
    accountId,
    certificateId,
    certificateName: name,
    nameKey: foldName(name),
    path,
    // AWS returns both without the line break at their ends, and Terraform relies on it.
    body: body.trim(),
    ...(chain !== undefined && { chain: chain.trim() }),
    // Bound to the id, so that a stored key cannot be moved to another certificate.
    sealedKey: sealer.seal(key.export({ type: 'pkcs8', format: 'der' }), `server-certificate/${certificateId}`),
    expiresAt,
    uploadedAt: now,
    tags: [...tags],
  };
  try {
    await store.serverCertificates.insert(certificate);
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw serverCertificateExists(name, error);
    throw error;
  }
  // Concurrent uploads were not counted above. The upload that counts last sees all others, so the quota holds; one that had room may be refused.
  const after = await store.serverCertificates.count('byName', [accountId], { limit: quota.limit + 1 });
  if (after > quota.limit) {
    await store.serverCertificates.remove([accountId, certificateId]);
    requireWithin(quota, after);
  }
  return certificate;
}

/**
 * Gives a server certificate another name, path, or both. `certificate` is the one that was authorised: if another call has moved it since,
 * its new ARN would be one that was never allowed.
 * @throws {ServiceError} ConcurrentModification, EntityAlreadyExists, NoSuchEntity
 */
export async function renameServerCertificate(
  store: Store,
  certificate: ServerCertificate,
  { newName, newPath }: { readonly newName: string | undefined; readonly newPath: string | undefined },
): Promise<void> {
  const { certificateName, path } = certificate;
  try {
    await changeServerCertificate(store, certificate, (old) => {
      if (old.certificateName !== certificateName || old.path !== path) {
        throw new ServiceError(
          IAM_ERRORS.ConcurrentModification,
          `The server certificate ${certificateName} was renamed or moved in the meantime. Look it up and try again.`,
        );
      }
      const name = newName ?? certificateName;
      return { ...old, certificateName: name, nameKey: foldName(name), path: newPath ?? path };
    });
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw serverCertificateExists(newName ?? certificateName, error);
    throw error;
  }
}

/** @throws {ServiceError} NoSuchEntity */
export async function deleteServerCertificate(
  store: Store,
  { accountId, certificateId, certificateName }: ServerCertificate,
): Promise<void> {
  const removed = await store.serverCertificates.remove([accountId, certificateId]);
  if (!removed) throw noSuchServerCertificate(certificateName);
}

/** @throws {ServiceError} InvalidInput, LimitExceeded, NoSuchEntity */
export async function tagServerCertificate(
  store: Store,
  certificate: ServerCertificate,
  tags: readonly Tag[],
): Promise<void> {
  requireValidTags(EXACT_KEYS, tags);
  await changeServerCertificate(store, certificate, (old) => ({ ...old, tags: mergeTags(EXACT_KEYS, old.tags, tags) }));
}

/** @throws {ServiceError} NoSuchEntity */
export async function untagServerCertificate(
  store: Store,
  certificate: ServerCertificate,
  keys: readonly string[],
): Promise<void> {
  await changeServerCertificate(store, certificate, (old) => ({
    ...old,
    tags: removeTags(EXACT_KEYS, old.tags, keys),
  }));
}

async function changeServerCertificate(
  store: Store,
  { accountId, certificateId, certificateName }: ServerCertificate,
  change: (old: ServerCertificate) => ServerCertificate,
): Promise<void> {
  const changed = await store.serverCertificates.update([accountId, certificateId], change);
  if (!changed) throw noSuchServerCertificate(certificateName);
}

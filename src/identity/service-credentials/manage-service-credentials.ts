import { createHash } from 'node:crypto';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { foldName } from '../documents/entity.ts';
import type { ServiceCredential } from '../documents/service-credential.ts';
import type { User } from '../documents/user.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { type CredentialService, requireCredentialService } from './credential-services.ts';

type Store = Pick<IdentityStore, 'users'>;
type Dependencies = Pick<IdentityDependencies, 'store' | 'random'>;

/** A credential and its secret, which is not stored: it can only be shown now. */
export interface ShownCredential {
  readonly credential: ServiceCredential;
  /** The password, or the API key. */
  readonly secret: string;
}

const DAY = 24 * 60 * 60_000;
/** 44 bytes make 60 characters of base64, as AWS's passwords have. */
const SECRET_BYTES = 44;
/** How many names are tried if other users have them. */
const MOST_NAMES = 20;

/**
 * Creates a credential of a user for a service.
 * @throws {ServiceError} LimitExceeded, NoSuchEntity (also: no such service), ValidationError
 */
export async function createServiceCredential(
  { store, random }: Dependencies,
  input: {
    readonly user: User;
    readonly serviceName: string;
    /** Only for services with API keys. */
    readonly ageDays: number | undefined;
    readonly now: number;
  },
): Promise<ShownCredential> {
  const { user, ageDays, now } = input;
  const service = requireCredentialService(input.serviceName);
  if (ageDays !== undefined && service.keyPrefix === undefined) {
    throw new ServiceError(
      'ValidationError',
      `Credentials of ${service.name} have no CredentialAgeDays: they do not expire.`,
    );
  }
  const credentialId = makeId(ID_PREFIX.serviceCredential, user.accountId, random);
  for (let number = 0; ; number++) {
    // AWS's names: alice-at-123456789012, alice+1-at-123456789012
    const alias = `${user.userName}${number === 0 ? '' : `+${number}`}-at-${user.accountId}`;
    const aliasKey = `${service.name}/${foldName(alias)}`;
    const secret = newSecret(service, alias, random);
    const credential: ServiceCredential = {
      credentialId,
      serviceName: service.name,
      alias,
      aliasKey,
      secretHash: hashOf(secret),
      status: 'Active',
      createdAt: now,
      ...(ageDays !== undefined && { expiresAt: now + ageDays * DAY }),
    };
    try {
      await changeCredentials(store, user, (credentials) => {
        const sameService = credentials.filter(({ serviceName }) => serviceName === service.name);
        requireWithin(QUOTAS.serviceCredentialsPerUser, sameService.length + 1);
        if (credentials.some((other) => other.aliasKey === aliasKey)) throw new NameTaken();
        return [...credentials, credential];
      });
      return { credential, secret };
    } catch (error) {
      if (!(error instanceof NameTaken || error instanceof DuplicateKeyError)) throw error;
      if (number >= MOST_NAMES) {
        const message = `Other users have the names ${user.userName}-at-… to ${alias} for ${service.name}.`;
        throw new ServiceError(IAM_ERRORS.LimitExceeded, message, { cause: error });
      }
    }
  }
}

/** The user itself has a credential of that name. */
class NameTaken extends Error {}

/**
 * Gives a credential a new secret; the former one is no longer valid.
 * @throws {ServiceError} NoSuchEntity
 */
export async function resetServiceCredential(
  { store, random }: Dependencies,
  user: User,
  credentialId: string,
): Promise<ShownCredential> {
  const { serviceName, alias } = requireServiceCredential(user, credentialId);
  const secret = newSecret(requireCredentialService(serviceName), alias, random);
  const changed = await changeOne(store, user, credentialId, { secretHash: hashOf(secret) });
  return { credential: requireServiceCredential(changed, credentialId), secret };
}

/** @throws {ServiceError} NoSuchEntity */
export async function updateServiceCredential(
  store: Store,
  user: User,
  { credentialId, status }: Pick<ServiceCredential, 'credentialId' | 'status'>,
): Promise<void> {
  await changeOne(store, user, credentialId, { status });
}

/** @throws {ServiceError} NoSuchEntity */
export async function deleteServiceCredential(store: Store, user: User, credentialId: string): Promise<void> {
  await changeCredentials(store, user, (credentials) => {
    requireServiceCredential({ serviceCredentials: [...credentials] }, credentialId);
    return credentials.filter((each) => each.credentialId !== credentialId);
  });
}

/** AWS's error for a credential that the user does not have. */
function requireServiceCredential(
  { serviceCredentials = [] }: Pick<User, 'serviceCredentials'>,
  credentialId: string,
): ServiceCredential {
  const credential = serviceCredentials.find((each) => each.credentialId === credentialId);
  if (credential !== undefined) return credential;
  throw new ServiceError(IAM_ERRORS.NoSuchEntity, `No such credential ${credentialId} exists`);
}

/** API keys are a prefix and base64 of their public part and the secret one, as at AWS. */
function newSecret({ keyPrefix }: CredentialService, alias: string, random: Random): string {
  const secret = random.bytes(SECRET_BYTES).toString('base64');
  return keyPrefix === undefined ? secret : `${keyPrefix}${Buffer.from(`${alias}:${secret}`).toString('base64')}`;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function changeOne(
  store: Store,
  user: User,
  credentialId: string,
  change: Partial<Pick<ServiceCredential, 'status' | 'secretHash'>>,
): Promise<User> {
  return changeCredentials(store, user, (credentials) => {
    requireServiceCredential({ serviceCredentials: [...credentials] }, credentialId);
    return credentials.map((each) => (each.credentialId === credentialId ? { ...each, ...change } : each));
  });
}

async function changeCredentials(
  store: Store,
  user: User,
  change: (credentials: readonly ServiceCredential[]) => readonly ServiceCredential[],
): Promise<User> {
  const changed = await store.users.update(userKind.keyOf(user), ({ serviceCredentials = [], ...rest }) => {
    const credentials = change(serviceCredentials);
    return { ...rest, ...(credentials.length > 0 && { serviceCredentials: [...credentials] }) };
  });
  if (!changed) throw noSuchHolder('user', user.userName);
  return changed;
}

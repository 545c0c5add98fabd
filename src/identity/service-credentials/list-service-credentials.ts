import type { ServiceCredential } from '../documents/service-credential.ts';
import type { User } from '../documents/user.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import { CREDENTIAL_SERVICES, requireCredentialService } from './credential-services.ts';

/** A credential and the user who has it. */
export interface OwnedServiceCredential {
  readonly user: User;
  readonly credential: ServiceCredential;
}

/** Whose credentials to list, and for which service (default: all). */
export interface ServiceCredentialQuery {
  readonly users: readonly User[];
  readonly serviceName: string | undefined;
}

/**
 * The users of an account who have a credential for the service, or for any.
 * @throws {ServiceError} NoSuchEntity if there is no such service.
 */
export async function usersWithServiceCredentials(
  store: Pick<IdentityStore, 'users'>,
  accountId: string,
  serviceName: string | undefined,
): Promise<readonly User[]> {
  const names = serviceName === undefined ? CREDENTIAL_SERVICES : [requireCredentialService(serviceName).name];
  const found = new Map<string, User>();
  for (const name of names) {
    for (const user of await readWholeIndex(store.users, 'byServiceCredential', [accountId, name])) {
      found.set(user.userId, user);
    }
  }
  return [...found.values()];
}

/**
 * A page of credentials, by the names of their users, oldest first.
 * @throws {ServiceError} NoSuchEntity if there is no such service; ValidationError if the marker is of another list.
 */
export function listServiceCredentials(
  { users, serviceName }: ServiceCredentialQuery,
  request: PageRequest,
): ListPage<OwnedServiceCredential> {
  const service = serviceName === undefined ? undefined : requireCredentialService(serviceName);
  const all = users.flatMap((user) => (user.serviceCredentials ?? []).map((credential) => ({ user, credential })));
  const kept = all.filter(({ credential }) => service === undefined || credential.serviceName === service.name);
  const positionOf = ({ user, credential: { createdAt, credentialId } }: OwnedServiceCredential) =>
    `${user.nameKey} ${String(createdAt).padStart(16, '0')} ${credentialId}`;
  return pageOf(kept, { list: 'service-specific-credentials', positionOf, request });
}

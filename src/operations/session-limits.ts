import type { Caller } from '../identity/sessions/caller.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { RegistryRow } from './registry.ts';

/** The STS operations that credentials from GetSessionToken may call. */
const USER_SESSION_OPERATIONS = new Set(['AssumeRole', 'GetCallerIdentity', 'GetSessionToken']);
/** The STS operations that credentials from GetFederationToken may call. */
const FEDERATED_USER_OPERATIONS = new Set(['GetCallerIdentity']);

/** What a delegated session may not call, whatever its request grants: it must not approve, or give on, access to itself. */
const NOT_DELEGATED: ReadonlySet<string> = new Set([
  'AcceptDelegationRequest',
  'AssociateDelegationRequest',
  'AssumeRoot',
  'CreateDelegationRequest',
  'GetDelegatedAccessToken',
  'GetDelegationToken',
  'GetFederationToken',
  'GetSessionToken',
  'GetWebIdentityToken',
  'ListOwnApplications',
  'RejectDelegationRequest',
  'RevokeDelegation',
  'SendDelegationToken',
  'UpdateDelegationRequest',
]);

/** The services that administer identities. `rolecall`, which AWS lacks, is held to the same rule as IAM. */
const IDENTITY_SERVICES: ReadonlySet<string> = new Set(['iam', 'rolecall']);

/**
 * With credentials from GetSessionToken, a caller cannot call IAM without MFA, and of STS only AssumeRole and
 * GetCallerIdentity, whatever the policies say [aws-behaviour 17]. (GetSessionToken refuses such credentials itself,
 * with its own message.) Credentials from GetFederationToken cannot call IAM at all, and of STS only GetCallerIdentity.
 * Credentials from GetDelegatedAccessToken may do what their request grants, except what concerns delegation itself.
 * @throws {ServiceError} InvalidClientTokenId, AccessDenied.
 */
export function requireUsableSession(caller: Caller, { service, name }: Pick<RegistryRow, 'service' | 'name'>): void {
  if (caller.session?.delegation !== undefined) {
    if (NOT_DELEGATED.has(name))
      throw new ServiceError('AccessDenied', `Cannot call ${name} with delegated credentials`);
    if (caller.type !== 'FederatedUser') return;
  }
  if (caller.type === 'AssumedRole' || caller.session === undefined) return;
  // A session of AssumeRoot is for IAM, and limited by its task.
  if (caller.session.assumedRoot !== undefined && service === 'iam') return;
  const isFederated = caller.type === 'FederatedUser';
  if (IDENTITY_SERVICES.has(service) && (isFederated || caller.session.mfaAuthenticatedAt === undefined)) {
    throw new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid');
  }
  if (service === 'sts' && !(isFederated ? FEDERATED_USER_OPERATIONS : USER_SESSION_OPERATIONS).has(name)) {
    throw new ServiceError('AccessDenied', `Cannot call ${name} with session credentials`);
  }
}

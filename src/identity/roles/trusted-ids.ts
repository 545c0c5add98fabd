import { parseArn } from '../../kernel/arn.ts';
import { accountIdOf } from '../../kernel/ids.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { findHolder } from '../policy-holder/find-holder.ts';
import { arnOf } from '../policy-holder/holder-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { roleKind } from './role-kind.ts';
import { parseSessionArn, sessionIdOf } from './role-session-names.ts';

/**
 * Looks up the principals that a trust policy names by ARN, in the accounts of this server only.
 * @returns the unique ids of users and roles by ARN. For a session, its role's id with the session's name, which trusts no other session.
 * @throws {ServiceError} MalformedPolicyDocument if a unique id, or a user or role of one of our accounts, does not exist.
 */
export async function resolveTrustedIds(
  store: IdentityStore,
  principals: readonly string[],
): Promise<Record<string, string>> {
  const trusted: Record<string, string> = {};
  for (const principal of new Set(principals)) {
    if (accountIdOf(principal) !== undefined) await requireUniqueId(store, principal);
    const uniqueId = await uniqueIdOf(store, principal);
    if (uniqueId !== undefined) trusted[principal] = uniqueId;
  }
  return trusted;
}

async function uniqueIdOf(store: IdentityStore, principal: string): Promise<string | undefined> {
  const arn = parseArn(principal);
  if (!arn || !(await store.accounts.get([arn.accountId]))) return undefined;
  const session = parseSessionArn(principal);
  if (session !== undefined) {
    const { accountId, roleName: name, sessionName } = session;
    const role = await findHolder(roleKind, store, { accountId, name });
    // session ARNs carry the exact role name, so a name in another case would never match
    if (role?.roleName === name) return sessionIdOf(role.roleId, sessionName);
    throw invalidPrincipal(principal);
  }
  if (arn.service !== 'iam' || arn.resource === 'root') return undefined;
  const [type, ...rest] = arn.resource.split('/');
  const address = { accountId: arn.accountId, name: rest.at(-1) ?? '' };
  if (type === 'user') {
    const user = await findHolder(userKind, store, address);
    if (user && arnOf(userKind, user) === principal) return user.userId;
  }
  if (type === 'role') {
    const role = await findHolder(roleKind, store, address);
    if (role && arnOf(roleKind, role) === principal) return role.roleId;
  }
  throw invalidPrincipal(principal);
}

async function requireUniqueId(store: IdentityStore, uniqueId: string): Promise<void> {
  const key = [accountIdOf(uniqueId) ?? '', uniqueId];
  if (!(await store.users.get(key)) && !(await store.roles.get(key))) throw invalidPrincipal(uniqueId);
}

function invalidPrincipal(principal: string): ServiceError {
  return new ServiceError(IAM_ERRORS.MalformedPolicyDocument, `Invalid principal in policy: "AWS":"${principal}"`);
}

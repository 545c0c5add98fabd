import { ServiceError } from '../../kernel/service-error.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { findHolder } from '../policy-holder/find-holder.ts';
import { roleKind } from '../roles/role-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { createServiceLinkedRole, namedLinkedRole } from '../service-linked-roles/create-service-linked-role.ts';
import { type LinkedServices, ROLE_MANAGER } from '../service-linked-roles/linked-service.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';

/** Names and values, as `Namespace/PropertyName`. */
export type AccountProperties = Readonly<Record<string, string>>;

const ENABLED = 'RoleManager/Enabled';
const NAME = /^[^/]+\/[^/]+$/;

/** All properties of an account: today AWS has one. */
export async function accountProperties(
  store: IdentityDependencies['store'],
  accountId: string,
): Promise<Record<string, string>> {
  const { isRoleManagerEnabled = false } = await requireAccount(store, accountId);
  return { [ENABLED]: String(isRoleManagerEnabled) };
}

/** The namespaces of properties, for `iam:AccountPropertyNamespaces`. */
export function namespacesOf(properties: AccountProperties): string[] {
  return [...new Set(Object.keys(properties).map((name) => name.split('/', 1)[0] ?? ''))].sort();
}

/** Whether they turn the role manager on. What is not valid does not. */
export function enablesRoleManager(properties: AccountProperties): boolean {
  return properties[ENABLED] === 'true';
}

/**
 * Sets properties of an account. Turning on the role manager creates its service-linked role, as AWS does; there is no console of AWS here
 * that would use it.
 * @throws {ServiceError} InvalidInput, in AWS's words; LimitExceeded
 */
export async function putAccountProperties(
  deps: Pick<IdentityDependencies, 'store' | 'random'>,
  services: LinkedServices,
  { accountId, properties, now }: { accountId: string; properties: AccountProperties; now: number },
): Promise<void> {
  const isRoleManagerEnabled = readRoleManager(properties);
  if (isRoleManagerEnabled) {
    const wanted = { accountId, service: ROLE_MANAGER };
    const { roleName } = namedLinkedRole(services, wanted);
    const existing = await findHolder(roleKind, deps.store, { accountId, name: roleName });
    if (existing?.linkedService !== ROLE_MANAGER) await createServiceLinkedRole(deps, services, { ...wanted, now });
  }
  await deps.store.accounts.update([accountId], (old) => ({ ...old, isRoleManagerEnabled }));
}

function readRoleManager(properties: AccountProperties): boolean {
  const names = Object.keys(properties).sort();
  const malformed = names.find((name) => !NAME.test(name));
  if (malformed !== undefined) throw invalid(`Property key must be in format Namespace/PropertyName: ${malformed}`);
  const [namespace = '', another] = namespacesOf(properties);
  if (another !== undefined) throw invalid('All properties must belong to the same namespace');
  if (namespace !== 'RoleManager') throw invalid(`Unsupported namespace: ${namespace}`);
  // Others of the namespace are ignored, as at AWS.
  const value = Object.hasOwn(properties, ENABLED) ? properties[ENABLED] : undefined;
  if (value === undefined) throw invalid('RoleManager namespace requires Enabled property');
  if (value !== 'true' && value !== 'false') throw invalid("Enabled must be 'true' or 'false'");
  return value === 'true';
}

function invalid(message: string): ServiceError {
  return new ServiceError(IAM_ERRORS.InvalidInput, message);
}

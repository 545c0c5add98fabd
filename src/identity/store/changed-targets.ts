import type { Organization } from '../documents/organizations/organization.ts';
import { rootAdministratorsOf, rootFeaturesOf } from '../documents/organizations/root-access.ts';
import type { IdentityChange } from './identity-cache.ts';

/** The names under which the parts of an organization are announced. What is made of an account's place in a tree depends on these. */
export const ORGANIZATION_TARGETS = 'organizationTargets';
/** Announced for an account when it joins, leaves or moves, or when its own policies change. */
export const ORGANIZATION_ACCOUNTS = 'organizationAccounts';

/** The parts of an organization's tree that differ between two states: those with other policies or another parent, new ones and old ones. */
export function changedTargets(
  before: Organization | undefined,
  after: Organization | undefined,
): readonly IdentityChange[] {
  const [old, current] = [targetsOf(before), targetsOf(after)];
  const keys = [...old.keys(), ...[...current.keys()].filter((key) => !old.has(key))];
  return keys.filter((key) => old.get(key) !== current.get(key)).map((key) => JSON.parse(key) as IdentityChange);
}

/** What policies an account has, and where it stands, as a text for each part. */
function targetsOf(organization: Organization | undefined): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  if (organization === undefined) return targets;
  const { organizationId, managementAccountId, policyTypes, root, units, accounts } = organization;
  const rootAccess = [rootFeaturesOf(organization), rootAdministratorsOf(organization)];
  const put = (collection: string, key: readonly string[], state: unknown): void => {
    targets.set(JSON.stringify({ collection, key }), JSON.stringify(state));
  };
  put(
    ORGANIZATION_TARGETS,
    [organizationId, root.rootId],
    [managementAccountId, policyTypes, root.policyIds, rootAccess],
  );
  for (const { unitId, parentId, policyIds } of units)
    put(ORGANIZATION_TARGETS, [organizationId, unitId], [parentId, policyIds]);
  for (const { accountId, parentId, policyIds } of accounts)
    put(ORGANIZATION_ACCOUNTS, [accountId], [organizationId, parentId, policyIds]);
  return targets;
}

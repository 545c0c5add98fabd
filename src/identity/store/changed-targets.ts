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
  const [old, current] = [placesOf(before), placesOf(after)];
  const ids = [...old.keys(), ...[...current.keys()].filter((id) => !old.has(id))];
  return ids.flatMap((id) => {
    const [was, is] = [old.get(id), current.get(id)];
    if (was !== undefined && is !== undefined && isSame(was.state, is.state)) return [];
    const { collection, key } = (is ?? was) as Place;
    return [{ collection, key }];
  });
}

/** A part of the tree, and what decisions take from it. */
interface Place extends IdentityChange {
  readonly state: readonly (string | readonly string[])[];
}

/** The parts by their ids. */
function placesOf(organization: Organization | undefined): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  if (organization === undefined) return places;
  const { organizationId, managementAccountId, policyTypes, root, units, accounts } = organization;
  const collection = ORGANIZATION_TARGETS;
  const rootAccess = [rootFeaturesOf(organization), rootAdministratorsOf(organization)];
  const ofRoot = [managementAccountId, policyTypes, root.policyIds, ...rootAccess];
  places.set(root.rootId, { collection, key: [organizationId, root.rootId], state: ofRoot });
  for (const { unitId, parentId, policyIds } of units)
    places.set(unitId, { collection, key: [organizationId, unitId], state: [parentId, policyIds] });
  for (const { accountId, parentId, policyIds } of accounts) {
    const state = [organizationId, parentId, policyIds];
    places.set(accountId, { collection: ORGANIZATION_ACCOUNTS, key: [accountId], state });
  }
  return places;
}

/** Compares thousands of parts for every change, so it makes no texts of them. */
const isSame = (first: Place['state'], second: Place['state']): boolean =>
  first.length === second.length && first.every((each, index) => isEqual(each, second[index]));

function isEqual(first: string | readonly string[], second: string | readonly string[] | undefined): boolean {
  if (first === second) return true;
  if (typeof first === 'string' || typeof second === 'string' || second === undefined) return false;
  return first.length === second.length && first.every((each, index) => each === second[index]);
}

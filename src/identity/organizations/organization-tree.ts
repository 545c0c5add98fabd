import type { Tag } from '../documents/entity.ts';
import type { Organization } from '../documents/organizations/organization.ts';
import { FULL_AWS_ACCESS, SERVICE_CONTROL } from './default-policies.ts';

/** The root, a unit or an account of an organization: what policies are attached to. */
export interface OrganizationTarget {
  readonly type: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';
  readonly id: string;
  readonly name: string;
  /** `undefined` for the root. */
  readonly parentId: string | undefined;
  readonly policyIds: readonly string[];
  readonly tags: readonly Tag[];
}

/** What may be changed of a target. */
type TargetChange = Partial<Pick<OrganizationTarget, 'policyIds' | 'tags'>>;

/** Every target: the root, then units, then accounts. */
export function targetsOf({ root, units, accounts }: Organization): readonly OrganizationTarget[] {
  return [
    rootTarget(root),
    ...units.map(({ unitId: id, ...unit }) => ({ type: 'ORGANIZATIONAL_UNIT', id, ...unit }) as const),
    ...accounts.map(({ accountId: id, ...account }) => ({ type: 'ACCOUNT', id, ...account }) as const),
  ];
}

const rootTarget = ({ rootId, policyIds, tags }: Organization['root']): OrganizationTarget => ({
  ...{ type: 'ROOT', id: rootId, name: 'Root', parentId: undefined },
  ...{ policyIds, tags },
});

/** Makes an object of the target alone: an organization may have thousands. */
export function findTarget({ root, units, accounts }: Organization, id: string): OrganizationTarget | undefined {
  if (root.rootId === id) return rootTarget(root);
  const unit = units.find(({ unitId }) => unitId === id);
  if (unit !== undefined) return { type: 'ORGANIZATIONAL_UNIT', id, ...unit };
  const account = accounts.find(({ accountId }) => accountId === id);
  return account && { type: 'ACCOUNT', id, ...account };
}

/** The targets from the root to an account or unit; empty if it is not in the tree. */
export function pathTo(organization: Organization, id: string): readonly OrganizationTarget[] {
  const path: OrganizationTarget[] = [];
  let at = findTarget(organization, id);
  while (at !== undefined) {
    path.unshift(at);
    at = at.parentId === undefined ? undefined : findTarget(organization, at.parentId);
  }
  return path;
}

/** The value of `aws:PrincipalOrgPaths`: the organization, and everything from the root to the account's parent. */
export function orgPathOf({ organizationId }: Organization, path: readonly OrganizationTarget[]): string {
  const parents = path.filter(({ type }) => type !== 'ACCOUNT').map(({ id }) => id);
  return `${[organizationId, ...parents].join('/')}/`;
}

/** The organization with a target changed. */
export function withTarget(organization: Organization, id: string, change: TargetChange): Organization {
  const changed = {
    ...(change.policyIds && { policyIds: [...change.policyIds] }),
    ...(change.tags && { tags: [...change.tags] }),
  };
  const { root, units, accounts } = organization;
  return {
    ...organization,
    root: root.rootId === id ? { ...root, ...changed } : root,
    units: units.map((unit) => (unit.unitId === id ? { ...unit, ...changed } : unit)),
    accounts: accounts.map((account) => (account.accountId === id ? { ...account, ...changed } : account)),
  };
}

/** The organization with every target's policies changed. */
export function withAllPolicies(
  organization: Organization,
  change: (policyIds: readonly string[]) => readonly string[],
): Organization {
  const changed = <Target extends { policyIds: string[] }>(target: Target): Target => ({
    ...target,
    policyIds: [...change(target.policyIds)],
  });
  return {
    ...organization,
    root: changed(organization.root),
    units: organization.units.map(changed),
    accounts: organization.accounts.map(changed),
  };
}

/** The policies that a new unit or account has: while service control policies are enabled, the one that allows everything. */
export function firstPolicies({ policyTypes }: Organization): string[] {
  return policyTypes.includes(SERVICE_CONTROL) ? [FULL_AWS_ACCESS] : [];
}

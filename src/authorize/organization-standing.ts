import type { Organization } from '../identity/documents/organizations/organization.ts';
import { organizationPolicies } from '../identity/documents/organizations/organization-policy.ts';
import {
  type RootAccess,
  rootAccessTo,
  rootAdministratorsOf,
  rootFeaturesOf,
} from '../identity/documents/organizations/root-access.ts';
import { defaultPolicy, RESOURCE_CONTROL, SERVICE_CONTROL } from '../identity/organizations/default-policies.ts';
import { organizationOf } from '../identity/organizations/find-organization.ts';
import { type OrganizationTarget, orgPathOf, pathTo } from '../identity/organizations/organization-tree.ts';
import { ORGANIZATION_ACCOUNTS, ORGANIZATION_TARGETS } from '../identity/store/changed-targets.ts';
import { BoundedCache } from '../kernel/bounded-cache.ts';
import { compilePolicyText } from '../policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../policy/compile/policy-set.ts';
import type { Loader } from './gather-policies.ts';
import { RecentOrganizations } from './recent-organizations.ts';

/** A policy that limits an account. */
export interface ControlPolicy {
  readonly policyId: string;
  readonly text: string;
  /** Policies with the same id and revision have the same text. */
  readonly revision: number;
}

/** Where an account stands in its organization, and what limits it there. */
export interface OrganizationPlace {
  readonly organizationId: string;
  /** The value of `aws:PrincipalOrgPaths`. */
  readonly orgPath: string;
  /** By level, from the root to the account. Absent if nothing limits it: the management account, or the type is not enabled. */
  readonly serviceControl: readonly (readonly ControlPolicy[])[] | undefined;
  readonly resourceControl: readonly (readonly ControlPolicy[])[] | undefined;
  /** What may be done as the account's root user. */
  readonly rootAccess: RootAccess | undefined;
}

/** The same, compiled. All are absent for an account outside of an organization. */
export interface OrganizationStanding {
  readonly organizationId?: string;
  readonly orgPaths?: readonly string[];
  readonly serviceControl?: readonly PolicySet[];
  readonly resourceControl?: readonly PolicySet[];
  readonly rootAccess?: RootAccess | undefined;
}

/** Outside of any organization. */
const OUTSIDE: OrganizationStanding = {};
const MAX_CACHED_LEVELS = 2_000;

/** Loads the standing of accounts. */
export function organizationStandings(): (loader: Loader, accountId: string) => Promise<OrganizationStanding> {
  // Accounts share the levels above them.
  const sets = new BoundedCache<string, PolicySet>(MAX_CACHED_LEVELS);

  function compileLevel(level: readonly ControlPolicy[], type: 'scp' | 'rcp'): PolicySet {
    const key = JSON.stringify([type, ...level.map(({ policyId, revision }) => [policyId, revision])]);
    const known = sets.get(key);
    if (known !== undefined) return known;
    const set = compilePolicySet(level.map(({ policyId: id, text }) => compilePolicyText(text, { id, type })));
    sets.set(key, set);
    return set;
  }

  const recent = new RecentOrganizations();

  return async (loader, accountId) => {
    const place = await organizationPlace(loader, accountId, recent);
    if (place === undefined) return OUTSIDE;
    const { organizationId, orgPath, serviceControl, resourceControl, rootAccess } = place;
    return {
      organizationId,
      rootAccess,
      orgPaths: [orgPath],
      ...(serviceControl && { serviceControl: serviceControl.map((level) => compileLevel(level, 'scp')) }),
      ...(resourceControl && { resourceControl: resourceControl.map((level) => compileLevel(level, 'rcp')) }),
    };
  };
}

/**
 * The place of an account; `undefined` if it belongs to no organization.
 * @param recent tells where the account probably is. That is declared before it is read, and so one read is enough if it is still there.
 */
export async function organizationPlace(
  loader: Loader,
  accountId: string,
  recent?: RecentOrganizations,
): Promise<OrganizationPlace | undefined> {
  const read = await readPlace(loader, accountId, recent);
  return read && placeIn(loader, ...read);
}

/**
 * Whether an account may do tasks as the root users of other accounts: it manages an organization that has enabled a feature of central root
 * access, or is its delegated administrator of IAM.
 */
export async function administersRoots(loader: Loader, accountId: string): Promise<boolean> {
  const [organization] = (await readPlace(loader, accountId)) ?? [];
  if (organization === undefined || rootFeaturesOf(organization).length === 0) return false;
  return rootAdministratorsOf(organization).includes(accountId);
}

type Read = readonly [organization: Organization, path: readonly OrganizationTarget[]];

/** The organization of an account, and the path to the account, as of one moment after all of it was declared. */
async function readPlace(loader: Loader, accountId: string, recent?: RecentOrganizations): Promise<Read | undefined> {
  loader.dependOn(ORGANIZATION_ACCOUNTS, [accountId]);
  let organization = recent?.of(accountId) ?? (await organizationOf(loader.store, accountId));
  for (;;) {
    if (organization === undefined) return undefined;
    const path = pathTo(organization, accountId);
    const { organizationId } = organization;
    for (const { id } of path) loader.dependOn(ORGANIZATION_TARGETS, [organizationId, id]);
    // What was read before it was declared may have changed in between.
    const again = await organizationOf(loader.store, accountId);
    if (again !== undefined) recent?.keep(again);
    if (again !== undefined && isSame([organization, path], [again, pathTo(again, accountId)])) return [again, path];
    organization = again;
  }
}

function isSame(first: Read, second: Read): boolean {
  const stateOf = ([organization, path]: Read): string =>
    JSON.stringify([
      organization.organizationId,
      organization.managementAccountId,
      organization.policyTypes,
      rootFeaturesOf(organization),
      rootAdministratorsOf(organization),
      path.map(({ id, parentId, policyIds }) => [id, parentId, policyIds]),
    ]);
  return stateOf(first) === stateOf(second);
}

async function placeIn(
  loader: Loader,
  organization: Organization,
  path: readonly OrganizationTarget[],
): Promise<OrganizationPlace> {
  const { organizationId, managementAccountId, policyTypes } = organization;
  const isManagement = path.at(-1)?.id === managementAccountId;
  const levels = async (type: string): Promise<OrganizationPlace['serviceControl']> => {
    if (isManagement || !policyTypes.includes(type)) return undefined;
    return Promise.all(path.map((target) => policiesOf(loader, { organization, target, type })));
  };
  return {
    organizationId,
    orgPath: orgPathOf(organization, path),
    serviceControl: await levels(SERVICE_CONTROL),
    resourceControl: await levels(RESOURCE_CONTROL),
    rootAccess: rootAccessTo(organization, path.at(-1)?.id ?? ''),
  };
}

interface Level {
  readonly organization: Organization;
  readonly target: OrganizationTarget;
  readonly type: string;
}

/** Replaces the text of a missing policy: a policy that cannot be parsed denies. */
const UNREADABLE = '';

/** The policies of a type that are attached to a target. For resource control policies, one that allows everything always is. */
async function policiesOf(
  { store, dependOn }: Loader,
  { organization, target, type }: Level,
): Promise<readonly ControlPolicy[]> {
  const { organizationId, policies } = organization;
  const always = type === RESOURCE_CONTROL ? ['p-RCPFullAWSAccess'] : [];
  const ids = [...always, ...target.policyIds].filter(
    (id) => (defaultPolicy(id) ?? policies.find(({ policyId }) => policyId === id))?.type === type,
  );
  return Promise.all(
    ids.map(async (policyId) => {
      const standard = defaultPolicy(policyId);
      if (standard !== undefined) return { policyId, text: standard.content, revision: 0 };
      dependOn(organizationPolicies.name, [organizationId, policyId]);
      const found = await store.organizationPolicies.get([organizationId, policyId]);
      return { policyId, text: found?.content ?? UNREADABLE, revision: found?.revision ?? 0 };
    }),
  );
}

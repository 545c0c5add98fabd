import type { PolicyReference } from '../identity/documents/entity.ts';
import type { Group } from '../identity/documents/group.ts';
import type { Role } from '../identity/documents/role.ts';
import type { User } from '../identity/documents/user.ts';
import { findManagedPolicyById } from '../identity/policies/find-managed-policy.ts';
import type { DependOn } from '../identity/store/identity-cache.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { type CompiledPolicy, compilePolicyText, type PolicySource } from '../policy/compile/compile-policy.ts';

export interface Loader {
  readonly store: IdentityStore;
  /** Called with every entity that is read, so that cached results can be dropped when it changes. */
  readonly dependOn: DependOn;
}

/** A user, group or role that has policies. */
export interface Holder {
  readonly type: 'user' | 'group' | 'role';
  readonly name: string;
}

/** A stored policy that applies to a principal. */
export interface GatheredPolicy {
  readonly text: string;
  readonly source: PolicySource;
  /** For a managed policy: its unique id and version, which always have the same text. */
  readonly version: string | undefined;
  readonly policyName: string;
  readonly awsManaged: boolean;
  /** The entity that has the policy; if there are several, the first: the user itself before its groups. */
  readonly holder: Holder;
}

/** The policies of a user (including those of its groups), a group or a role. */
export interface GatheredPolicies {
  readonly identity: readonly GatheredPolicy[];
  /** `missing`: a boundary is set, but its policy is gone. Nothing is allowed then. */
  readonly boundary: GatheredPolicy | 'missing' | undefined;
}

/** The policies of a user and its groups. */
export async function gatherUserPolicies(loader: Loader, user: User): Promise<GatheredPolicies> {
  const { accountId, groupIds } = user;
  for (const groupId of groupIds) loader.dependOn('groups', [accountId, groupId]);
  const groups = await Promise.all(groupIds.map((groupId) => loader.store.groups.get([accountId, groupId])));
  const own: Holding = { holder: { type: 'user', name: user.userName }, entity: user };
  const ofGroups = groups.filter((group) => group !== undefined).map(holdingOf);
  const policies = await Promise.all([own, ...ofGroups].map((holding) => policiesOf(loader, holding)));
  return { identity: policies.flat(), boundary: await boundaryOf(loader, own) };
}

/** The policies of a group, which apply to each of its members. */
export async function gatherGroupPolicies(loader: Loader, group: Group): Promise<GatheredPolicies> {
  return { identity: await policiesOf(loader, holdingOf(group)), boundary: undefined };
}

export async function gatherRolePolicies(loader: Loader, role: Role): Promise<GatheredPolicies> {
  const holding: Holding = { holder: { type: 'role', name: role.roleName }, entity: role };
  return { identity: await policiesOf(loader, holding), boundary: await boundaryOf(loader, holding) };
}

/** Compiles one gathered policy. A policy that cannot be parsed denies. */
export function compileGathered({ text, source }: GatheredPolicy): CompiledPolicy {
  return compilePolicyText(text, source);
}

/** An entity with policies, and its name. */
interface Holding {
  readonly holder: Holder;
  readonly entity: Pick<User, 'accountId' | 'inlinePolicies' | 'attachedPolicies' | 'permissionsBoundary'>;
}

function holdingOf(group: Group): Holding {
  return { holder: { type: 'group', name: group.groupName }, entity: group };
}

async function policiesOf(loader: Loader, { holder, entity }: Holding): Promise<readonly GatheredPolicy[]> {
  const inline = entity.inlinePolicies.map(({ policyName, document }): GatheredPolicy => {
    const source: PolicySource = { id: policyName, type: 'inline' };
    return { text: document, source, version: undefined, policyName, awsManaged: false, holder };
  });
  const attached = await Promise.all(
    entity.attachedPolicies.map((reference) => managedPolicy(loader, { holder, entity }, reference, 'managed')),
  );
  // INVARIANT: a policy can be deleted only if it is attached to nothing, so a missing policy was detached when it
  // was deleted.
  return [...inline, ...attached.filter((policy) => policy !== undefined)];
}

async function boundaryOf(loader: Loader, holding: Holding): Promise<GatheredPolicies['boundary']> {
  const reference = holding.entity.permissionsBoundary;
  if (reference === undefined) return undefined;
  return (await managedPolicy(loader, holding, reference, 'boundary')) ?? 'missing';
}

async function managedPolicy(
  { store, dependOn }: Loader,
  { holder, entity }: Holding,
  { policyArn, policyId }: PolicyReference,
  type: 'managed' | 'boundary',
): Promise<GatheredPolicy | undefined> {
  dependOn('managedPolicies', [entity.accountId, policyId]);
  const found = await findManagedPolicyById(store, entity.accountId, policyId);
  if (found === undefined) return undefined;
  const { document: text, versionId, policyName, awsManaged } = found;
  const version = `${policyId} ${versionId}`;
  return { text, source: { id: policyArn, type }, version, policyName, awsManaged, holder };
}

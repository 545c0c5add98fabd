import type { PolicyReference, Tag } from '../identity/entity.ts';
import type { DependOn } from '../identity/identity-cache.ts';
import type { IdentityStore } from '../identity/identity-store.ts';
import { findManagedPolicy, findManagedPolicyById } from '../identity/policies/find-managed-policy.ts';
import { iamArn } from '../kernel/arn.ts';
import { type CompiledPolicy, compilePolicyText } from '../policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../policy/compile/policy-set.ts';

/** What a user, role or root user may do by itself, compiled; sessions and resources come on top. */
export interface PrincipalPolicies {
  readonly identity: PolicySet;
  /** `missing`: a boundary is set, but its policy is gone; then nothing is allowed. */
  readonly boundary: PolicySet | 'missing' | undefined;
  readonly tags: readonly Tag[];
  /** Sessions issued before this time (ms since the epoch) are refused. */
  readonly sessionsRevokedBefore: number;
  /** Of users, who may be renamed: how they are called by now. */
  readonly user?: { readonly userName: string; readonly arn: string };
}

interface PolicyHolder {
  readonly accountId: string;
  readonly inlinePolicies: readonly { readonly policyName: string; readonly document: string }[];
  readonly attachedPolicies: readonly PolicyReference[];
}

export interface Loader {
  readonly store: IdentityStore;
  readonly dependOn: DependOn;
}

/** The policies of a user with those of its groups; `undefined` where the user is gone. */
export async function userPolicies(
  { store, dependOn }: Loader,
  accountId: string,
  userId: string,
): Promise<PrincipalPolicies | undefined> {
  dependOn('users', [accountId, userId]);
  const user = await store.users.get([accountId, userId]);
  if (user === undefined) return undefined;
  for (const groupId of user.groupIds) dependOn('groups', [accountId, groupId]);
  const groups = await Promise.all(user.groupIds.map((groupId) => store.groups.get([accountId, groupId])));
  const holders = [user, ...groups.filter((group) => group !== undefined)];
  const policies = await Promise.all(holders.map((holder) => policiesOf({ store, dependOn }, holder)));
  return {
    identity: compilePolicySet(policies.flat()),
    boundary: await boundaryOf({ store, dependOn }, accountId, user.permissionsBoundary),
    tags: user.tags,
    sessionsRevokedBefore: user.sessionsRevokedBefore ?? 0,
    user: { userName: user.userName, arn: iamArn(accountId, 'user', user.path, user.userName) },
  };
}

/** The policies of a role; `undefined` where the role is gone. */
export async function rolePolicies(
  { store, dependOn }: Loader,
  accountId: string,
  roleId: string,
): Promise<PrincipalPolicies | undefined> {
  dependOn('roles', [accountId, roleId]);
  const role = await store.roles.get([accountId, roleId]);
  if (role === undefined) return undefined;
  return {
    identity: compilePolicySet(await policiesOf({ store, dependOn }, role)),
    boundary: await boundaryOf({ store, dependOn }, accountId, role.permissionsBoundary),
    tags: role.tags,
    sessionsRevokedBefore: role.sessionsRevokedBefore ?? 0,
  };
}

/** A root user has no policies of its own; `undefined` where its account is gone. */
export async function rootPolicies(
  { store, dependOn }: Loader,
  accountId: string,
): Promise<PrincipalPolicies | undefined> {
  dependOn('accounts', [accountId]);
  const account = await store.accounts.get([accountId]);
  if (account === undefined) return undefined;
  return {
    identity: compilePolicySet([]),
    boundary: undefined,
    tags: [],
    sessionsRevokedBefore: account.root.sessionsRevokedBefore ?? 0,
  };
}

/** The text of a policy that is gone: one that cannot be read denies. */
const UNREADABLE = '';

/**
 * Session policies: the inline ones by text, the managed ones by ARN. One that is gone denies everything: it may have held
 * the session back from what the others allow (SECURITY S44).
 */
export async function sessionPolicies(
  { store, dependOn }: Loader,
  accountId: string,
  session: { readonly sessionPolicies: readonly string[]; readonly sessionPolicyArns: readonly string[] },
): Promise<PolicySet> {
  const inline = session.sessionPolicies.map((text, index) =>
    compilePolicyText(text, { id: `session-policy-${index + 1}`, type: 'session' }),
  );
  const managed = await Promise.all(
    session.sessionPolicyArns.map(async (arn) => {
      const found = await findManagedPolicy(store, accountId, arn);
      if (found !== undefined) dependOn('managedPolicies', [accountId, found.policyId]);
      const current = found && (await findManagedPolicyById(store, accountId, found.policyId));
      return compilePolicyText(current?.document ?? UNREADABLE, { id: arn, type: 'session' });
    }),
  );
  return compilePolicySet([...inline, ...managed]);
}

async function policiesOf(loader: Loader, holder: PolicyHolder): Promise<CompiledPolicy[]> {
  const inline = holder.inlinePolicies.map(({ policyName, document }) =>
    compilePolicyText(document, { id: policyName, type: 'inline' }),
  );
  const attached = await Promise.all(
    holder.attachedPolicies.map((reference) => compileManaged(loader, holder.accountId, reference, 'managed')),
  );
  // INVARIANT: a policy can be deleted only when it is attached to nothing; one that is gone was detached by its deletion.
  return [...inline, ...attached.filter((policy) => policy !== undefined)];
}

async function boundaryOf(
  loader: Loader,
  accountId: string,
  reference: PolicyReference | undefined,
): Promise<PolicySet | 'missing' | undefined> {
  if (reference === undefined) return undefined;
  const policy = await compileManaged(loader, accountId, reference, 'boundary');
  return policy === undefined ? 'missing' : compilePolicySet([policy]);
}

async function compileManaged(
  { store, dependOn }: Loader,
  accountId: string,
  { policyArn, policyId }: PolicyReference,
  type: 'managed' | 'boundary',
): Promise<CompiledPolicy | undefined> {
  dependOn('managedPolicies', [accountId, policyId]);
  const found = await findManagedPolicyById(store, accountId, policyId);
  return found && compilePolicyText(found.document, { id: policyArn, type });
}

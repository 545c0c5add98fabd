import type { Tag } from '../identity/documents/entity.ts';
import { isDisabled } from '../identity/documents/user.ts';
import { findManagedPolicy, findManagedPolicyById } from '../identity/policies/find-managed-policy.ts';
import type { SessionFacts } from '../identity/sessions/caller.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { iamArn } from '../kernel/arn.ts';
import { compilePolicyText } from '../policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../policy/compile/policy-set.ts';
import type { CompiledPolicies } from './compiled-policies.ts';
import { type GatheredPolicies, gatherRolePolicies, gatherUserPolicies, type Loader } from './gather-policies.ts';

/** The compiled policies of a user, role or root user, without those of sessions and resources. */
export interface PrincipalPolicies {
  readonly identity: PolicySet;
  /** `missing`: a boundary is set, but its policy is gone. Nothing is allowed then. */
  readonly boundary: PolicySet | 'missing' | undefined;
  readonly tags: readonly Tag[];
  /** For users, who can be renamed: the current name and ARN. */
  readonly user?: { readonly userName: string; readonly arn: string };
  /** Whether it is a role of a service, which no organization limits. */
  readonly isServiceLinked?: boolean;
}

/** Loads and compiles policies. */
export interface PolicyLoader extends Loader {
  readonly compiled: CompiledPolicies;
}

/** The policies of a user and its groups; `undefined` if the user is gone or disabled. */
export async function userPolicies(
  { store, dependOn, compiled }: PolicyLoader,
  accountId: string,
  userId: string,
): Promise<PrincipalPolicies | undefined> {
  dependOn('users', [accountId, userId]);
  const user = await store.users.get([accountId, userId]);
  if (user === undefined || isDisabled(user)) return undefined;
  const gathered = await gatherUserPolicies({ store, dependOn }, user);
  return {
    ...compileLayers(gathered, compiled),
    tags: user.tags,
    user: { userName: user.userName, arn: iamArn(accountId, 'user', user.path, user.userName) },
  };
}

/** The policies of a role; `undefined` if the role is gone. */
export async function rolePolicies(
  { store, dependOn, compiled }: PolicyLoader,
  accountId: string,
  roleId: string,
): Promise<PrincipalPolicies | undefined> {
  dependOn('roles', [accountId, roleId]);
  const role = await store.roles.get([accountId, roleId]);
  if (role === undefined) return undefined;
  const gathered = await gatherRolePolicies({ store, dependOn }, role);
  return {
    ...compileLayers(gathered, compiled),
    tags: role.tags,
    isServiceLinked: role.linkedService !== undefined,
  };
}

/** The policies of a root user, which has none of its own; `undefined` if the account is gone. */
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
  };
}

/** Replaces the text of a missing policy: a policy that cannot be parsed denies. */
const UNREADABLE = '';

/**
 * Session policies: inline ones by text, managed ones by unique id. A missing managed policy denies everything, even
 * if another policy now has its ARN: it may have restricted the session more than the others do (SECURITY S44).
 */
export async function sessionPolicies(
  { store, dependOn }: Loader,
  accountId: string,
  session: Pick<SessionFacts, 'sessionPolicies' | 'sessionPolicyArns' | 'sessionPolicyIds' | 'issuedAt'>,
): Promise<PolicySet> {
  const inline = session.sessionPolicies.map((text, index) =>
    compilePolicyText(text, { id: `session-policy-${index + 1}`, type: 'session' }),
  );
  const managed = await Promise.all(
    session.sessionPolicyArns.map(async (arn, index) => {
      const policyId = session.sessionPolicyIds
        ? session.sessionPolicyIds[index]
        : await idOfFormerSession(store, { accountId, arn, issuedAt: session.issuedAt });
      if (policyId !== undefined) dependOn('managedPolicies', [accountId, policyId]);
      const current = policyId === undefined ? undefined : await findManagedPolicyById(store, accountId, policyId);
      return compilePolicyText(current?.document ?? UNREADABLE, { id: arn, type: 'session' });
    }),
  );
  return compilePolicySet([...inline, ...managed]);
}

/** Sessions from earlier versions name managed policies by ARN only. A policy created after the session is not the one it named. */
async function idOfFormerSession(
  store: IdentityStore,
  { accountId, arn, issuedAt }: { accountId: string; arn: string; issuedAt: number },
): Promise<string | undefined> {
  const found = await findManagedPolicy(store, accountId, arn);
  // sessions begin on a whole second, so the policy may have been created within that second
  return found !== undefined && found.policy.createdAt < issuedAt + 1000 ? found.policyId : undefined;
}

function compileLayers(
  { identity, boundary }: GatheredPolicies,
  compiled: CompiledPolicies,
): Pick<PrincipalPolicies, 'identity' | 'boundary'> {
  return {
    identity: compilePolicySet(identity.map((policy) => compiled.of(policy))),
    boundary: typeof boundary === 'object' ? compilePolicySet([compiled.of(boundary)]) : boundary,
  };
}

import { requestContext } from '../authorize/context.ts';
import { decideTarget } from '../authorize/decide-target.ts';
import { compileGathered, gatherUserPolicies } from '../authorize/gather-policies.ts';
import type { Target } from '../authorize/target.ts';
import type { Role } from '../identity/documents/role.ts';
import type { User } from '../identity/documents/user.ts';
import { arnOf } from '../identity/policy-holder/holder-kind.ts';
import { bindTrust } from '../identity/roles/bind-trust.ts';
import { roleKind } from '../identity/roles/role-kind.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { readWholeIndex } from '../identity/store/read-whole-index.ts';
import { userKind } from '../identity/users/user-kind.ts';
import { makePause } from '../kernel/pause.ts';
import type { Decision } from '../policy/combine/decision.ts';
import type { PolicyLayers } from '../policy/combine/policy-layers.ts';
import { compilePolicyText } from '../policy/compile/compile-policy.ts';
import { compilePolicySet } from '../policy/compile/policy-set.ts';
import { isKeyOfCall } from './keys-of-call.ts';
import { userCaller } from './simulated-caller.ts';

const ASSUME = 'sts:AssumeRole';

/** Whether a user could assume a role, decided like a live `AssumeRole`. */
export interface RoleOutlook {
  readonly arn: string;
  readonly decision: Decision;
  /**
   * The condition keys that the policies asked for and that only the call itself decides (`aws:SourceIp`, `sts:ExternalId`, MFA). The
   * decision is made without them.
   */
  readonly keysOfCall: readonly string[];
}

/** What all roles are decided with. */
interface Assuming {
  readonly user: User;
  readonly layers: PolicyLayers;
  readonly now: number;
}

/**
 * Decides for every role of the user's account whether the user could assume it. The user need not be stored: groups, tags and boundary are
 * taken from the document, and an empty user id stands for a user that does not exist yet.
 * @param now ms since the epoch.
 */
export async function assumableRoles(store: IdentityStore, user: User, now: number): Promise<readonly RoleOutlook[]> {
  const pause = makePause();
  const { identity, boundary } = await gatherUserPolicies({ store, dependOn: () => {} }, user);
  const layers: PolicyLayers = {
    identity: compilePolicySet(identity.map(compileGathered)),
    ...(boundary !== undefined && {
      boundary: boundary === 'missing' ? boundary : compilePolicySet([compileGathered(boundary)]),
    }),
  };
  const outlooks: RoleOutlook[] = [];
  for (const role of await readWholeIndex(store.roles, 'byName', [user.accountId])) {
    await pause();
    outlooks.push(outlookOn(await bindTrust(store, role), { user, layers, now }));
  }
  return outlooks;
}

function outlookOn(role: Role, { user, layers, now }: Assuming): RoleOutlook {
  const arn = arnOf(roleKind, role);
  const target: Target = { action: ASSUME, resource: arn, resourceAccountId: role.accountId, resourceTags: role.tags };
  const { accountId, userName: name, userId: uniqueId, tags } = user;
  const { principal, caller } = userCaller(
    { arn: arnOf(userKind, user), type: 'user', accountId, name },
    { uniqueId, tags },
  );
  const live = requestContext({ caller, principalTags: tags, source: NO_SOURCE, now, target });
  const asked = new Set<string>();
  const isUnknown = (key: string): boolean => isKeyOfCall(key) || (uniqueId === '' && key === 'aws:userid');
  const context = {
    nextReading: () => live.nextReading(),
    get(key: string) {
      if (!isUnknown(key)) return live.get(key);
      asked.add(key);
      return undefined;
    },
  };
  const trust = compilePolicySet([compilePolicyText(role.trustPolicy, { id: arn, type: 'trust' })]);
  const { trustedIds } = role;
  const withTrust: PolicyLayers = {
    ...layers,
    resource: { kind: 'trust', policies: trust, ...(trustedIds !== undefined && { trustedIds }) },
  };
  const request = { principal, action: ASSUME, resource: arn, resourceAccountId: role.accountId, context };
  const decision = decideTarget(request, withTrust, {});
  return { arn, decision, keysOfCall: [...asked] };
}

/** Not read: everything that it would answer is a key of the call. */
const NO_SOURCE = { ip: '', userAgent: undefined, referer: undefined, secure: true, region: undefined };

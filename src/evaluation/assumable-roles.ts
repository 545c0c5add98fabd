import { requestContext } from '../authorize/context.ts';
import { decideTarget } from '../authorize/decide-target.ts';
import { compileGathered, gatherUserPolicies } from '../authorize/gather-policies.ts';
import {
  type OrganizationPlace,
  type OrganizationStanding,
  organizationPlace,
} from '../authorize/organization-standing.ts';
import type { Target } from '../authorize/target.ts';
import type { Tag } from '../identity/documents/entity.ts';
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
/** What inherited session tags need besides (IAM guide, session tags). */
const TAG_SESSION = 'sts:TagSession';
const TRANSITIVE_KEYS = 'sts:transitivetagkeys';

/** Whether a user could assume a role, decided like a live `AssumeRole`. */
export interface RoleOutlook {
  readonly arn: string;
  /** The action that the decision is about: the first of the required ones that is denied, or `sts:AssumeRole`. */
  readonly action: string;
  readonly decision: Decision;
  /**
   * The condition keys that the policies asked for and that only the call itself decides (`aws:SourceIp`, `sts:ExternalId`, MFA). The
   * decision is made without them.
   */
  readonly keysOfCall: readonly string[];
}

/** A user, signed in. */
export interface SignedInUser {
  readonly user: User;
  /** The session tags of the login, all transitive. None of them has the key of a tag of the user. */
  readonly tags: readonly Tag[];
}

/** What all roles are decided with. */
interface Assuming extends SignedInUser {
  readonly layers: PolicyLayers;
  readonly now: number;
  /** That of the user's account, to which all roles belong, too. */
  readonly organization: OrganizationStanding | undefined;
}

/**
 * Decides for every role of the user's account whether the user could assume it while signed in. The user need not be stored: groups, tags and
 * boundary are taken from the document, and an empty user id stands for a user that does not exist yet.
 * @param now ms since the epoch.
 */
export async function assumableRoles(
  store: IdentityStore,
  { user, tags }: SignedInUser,
  now: number,
): Promise<readonly RoleOutlook[]> {
  const pause = makePause();
  const place = await organizationPlace({ store, dependOn: () => {} }, user.accountId);
  const { identity, boundary } = await gatherUserPolicies({ store, dependOn: () => {} }, user);
  const layers: PolicyLayers = {
    identity: compilePolicySet(identity.map(compileGathered)),
    ...(boundary !== undefined && {
      boundary: boundary === 'missing' ? boundary : compilePolicySet([compileGathered(boundary)]),
    }),
    ...controlOf(place),
  };
  const organization = place && { organizationId: place.organizationId, orgPaths: [place.orgPath] };
  const outlooks: RoleOutlook[] = [];
  for (const role of await readWholeIndex(store.roles, 'byName', [user.accountId])) {
    await pause();
    outlooks.push(outlookOn(await bindTrust(store, role), { user, tags, layers, now, organization }));
  }
  return outlooks;
}

/** The layers of the account's organization. */
function controlOf(place: OrganizationPlace | undefined): Pick<PolicyLayers, 'serviceControl' | 'resourceControl'> {
  const compile = (levels: OrganizationPlace['serviceControl'], type: 'scp' | 'rcp') =>
    levels?.map((level) =>
      compilePolicySet(level.map(({ policyId: id, text }) => compilePolicyText(text, { id, type }))),
    );
  const serviceControl = compile(place?.serviceControl, 'scp');
  const resourceControl = compile(place?.resourceControl, 'rcp');
  return { ...(serviceControl && { serviceControl }), ...(resourceControl && { resourceControl }) };
}

function outlookOn(role: Role, assuming: Assuming): RoleOutlook {
  const asked = new Set<string>();
  const decide = (action: string): Pick<RoleOutlook, 'action' | 'decision'> => ({
    action,
    decision: decideAction(role, action, { ...assuming, asked }),
  });
  const assume = decide(ASSUME);
  const outlook = assume.decision.allowed && assuming.tags.length > 0 ? decide(TAG_SESSION) : assume;
  return { arn: arnOf(roleKind, role), ...(outlook.decision.allowed ? assume : outlook), keysOfCall: [...asked] };
}

function decideAction(
  role: Role,
  action: string,
  { user, tags: sessionTags, layers, now, organization, asked }: Assuming & { readonly asked: Set<string> },
): Decision {
  const arn = arnOf(roleKind, role);
  const { accountId, userName: name, userId: uniqueId } = user;
  const tags = [...user.tags, ...sessionTags];
  const transitive = sessionTags.map(({ key }) => key);
  const target: Target = {
    action,
    resource: arn,
    resourceAccountId: role.accountId,
    resourceTags: role.tags,
    isResourcePrivileged: role.isPrivileged === true,
    ...(transitive.length > 0 && { conditions: new Map([[TRANSITIVE_KEYS, transitive]]) }),
  };
  const { principal, caller } = userCaller(
    { arn: arnOf(userKind, user), type: 'user', accountId, name },
    { uniqueId, tags },
  );
  const live = requestContext({
    ...{ caller, principalTags: tags, source: NO_SOURCE, now, target },
    organizations: { principal: organization, resource: organization },
  });
  const isUnknown = (key: string): boolean => {
    if (key === TRANSITIVE_KEYS) return transitive.length === 0;
    return isKeyOfCall(key) || (uniqueId === '' && key === 'aws:userid');
  };
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
  const request = { principal, action, resource: arn, resourceAccountId: role.accountId, context };
  return decideTarget(request, withTrust, {});
}

/** Not read: everything that it would answer is a key of the call. */
const NO_SOURCE = { ip: '', userAgent: undefined, referer: undefined, secure: true, region: undefined };

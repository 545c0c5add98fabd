import { invalidClientToken } from '../identity/access-keys/credentials.ts';
import { DEFAULT_TIME_ZONE } from '../identity/documents/account.ts';
import { allowsTask } from '../identity/documents/organizations/root-access.ts';
import type { Caller, SessionFacts } from '../identity/sessions/caller.ts';
import { IdentityCache } from '../identity/store/identity-cache.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { BoundedCache } from '../kernel/bounded-cache.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Decision, PolicyLayers } from '../policy/combine/decide.ts';
import { compilePolicyText } from '../policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../policy/compile/policy-set.ts';
import { accessDeniedMessage } from '../policy/explain/access-denied.ts';
import type { AuthorizationRequest, RequestPrincipal } from '../policy/request.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { CompiledPolicies } from './compiled-policies.ts';
import { type LiveContext, principalTagsOf, requestContext } from './context.ts';
import { withControl } from './control-layers.ts';
import { decideTarget } from './decide-target.ts';
import { openDelegatedAccesses, withinDelegation } from './delegation/delegated-access.ts';
import { type OrganizationStanding, organizationStandings } from './organization-standing.ts';
import {
  type PolicyLoader,
  type PrincipalPolicies,
  rolePolicies,
  rootPolicies,
  sessionPolicies,
  userPolicies,
} from './principal-policies.ts';
import type { RequestSource } from './request-source.ts';
import { isSessionOpen, type Standing } from './session-standing.ts';
import type { Target, TrustPolicy } from './target.ts';

/** The part of a request that is common to all its targets. */
export interface AuthorizationCall {
  readonly caller: Caller | undefined;
  readonly source: RequestSource;
  /** ms since the epoch. */
  readonly now: number;
}

/** A decision and the request that it decides. */
export interface Verdict {
  readonly request: AuthorizationRequest & { readonly context: LiveContext };
  readonly decision: Decision;
  /** How the denial message names the resource; its ARN if absent. */
  readonly called?: string | undefined;
}

/** Decides what callers may do. Caches the policies of each principal until something changes. */
export interface Authorizer {
  /**
   * Returns the caller's current identity. The session of a renamed user has the new name, so that policies that
   * grant by name (`${aws:username}`) never match another user. `undefined` if the user, role or account is gone, if
   * the user is disabled, or if what the session came from has ended. Returns a value rather than a promise in the steady state.
   */
  current(caller: Caller): Caller | undefined | Promise<Caller | undefined>;
  /** Decides on a target. Returns a value rather than a promise in the steady state. */
  decide(call: AuthorizationCall, target: Target): Verdict | Promise<Verdict>;
  close(): void;
}

/** What decisions need to know of an account, cached together: one look-up serves the caller and a resource of its account. */
interface AccountFacts {
  /** Whether there is such an account, and it is not closed. */
  readonly isThere: boolean;
  readonly timeZone: string;
  /** Sessions until then have ended: the account was closed, and is open again (ms since the epoch). */
  readonly reopenedAt: number;
  readonly organization: OrganizationStanding;
}

/** The policies that apply to a caller: its own, and those of its session. */
interface Gathered {
  readonly own: PrincipalPolicies | undefined;
  readonly session: PolicySet | undefined;
  /** What a delegation request limits it to, if the session comes from one. */
  readonly delegated: PolicySet | undefined;
  /** Of the account that owns the resource. */
  readonly owner: AccountFacts;
  /** Of the caller's account, if there is a caller. */
  readonly home: AccountFacts | undefined;
}

export interface AuthorizerDependencies {
  readonly store: IdentityStore;
  readonly feed: Ephemeral;
  readonly clock: Clock;
}

const MAX_CACHED_PRINCIPALS = 20_000;
const MAX_CACHED_MANAGED_POLICIES = 2_000;
const MAX_CACHED_TRUST_POLICIES = 5_000;
const MAX_CACHED_SESSION_POLICIES = 5_000;
const MAX_CACHED_STANDINGS = 5_000;
const MAX_CACHED_ACCOUNTS = 20_000;

export function createAuthorizer({ store, feed, clock }: AuthorizerDependencies): Authorizer {
  const principals = new IdentityCache<PrincipalPolicies | undefined>({ feed, clock, limit: MAX_CACHED_PRINCIPALS });
  const sessions = new IdentityCache<PolicySet>({ feed, clock, limit: MAX_CACHED_SESSION_POLICIES });
  const standings = new IdentityCache<Standing>({ feed, clock, limit: MAX_CACHED_STANDINGS });
  const accounts = new IdentityCache<AccountFacts>({ feed, clock, limit: MAX_CACHED_ACCOUNTS });
  const standingOf = organizationStandings();
  const delegations = openDelegatedAccesses({ store, feed, clock });
  const compiled = new CompiledPolicies(MAX_CACHED_MANAGED_POLICIES);
  const trustPolicies = new BoundedCache<string, { document: string; compiled: PolicySet }>(MAX_CACHED_TRUST_POLICIES);

  function policiesOf(caller: Caller): PrincipalPolicies | Promise<PrincipalPolicies | undefined> {
    // A unique id already identifies its account and never looks like an account id, so no composite key is needed.
    const key = caller.type === 'Account' ? caller.accountId : caller.uniqueId;
    return (
      principals.peek(key) ?? principals.get(key, (dependOn) => loadPrincipal({ store, dependOn, compiled }, caller))
    );
  }

  function sessionLayer(caller: Caller, session: SessionFacts): PolicySet | Promise<PolicySet> | undefined {
    if (session.sessionPolicies.length === 0 && session.sessionPolicyArns.length === 0) return undefined;
    const { sessionPolicies: inline, sessionPolicyArns: managed, sessionPolicyIds: ids } = session;
    // without ids, the time of the session determines which policies are meant
    const key = JSON.stringify([caller.accountId, inline, managed, ids ?? session.issuedAt]);
    return (
      sessions.peek(key) ??
      sessions.get(key, (dependOn) => sessionPolicies({ store, dependOn }, caller.accountId, session))
    );
  }

  function accountFactsOf(accountId: string): AccountFacts | Promise<AccountFacts> {
    return (
      accounts.peek(accountId) ??
      accounts.get(accountId, async (dependOn) => {
        dependOn('accounts', [accountId]);
        const account = await store.accounts.get([accountId]);
        const { timeZone = DEFAULT_TIME_ZONE, reopenedAt = Number.NEGATIVE_INFINITY } = account ?? {};
        const isThere = account !== undefined;
        return { isThere, timeZone, reopenedAt, organization: await standingOf({ store, dependOn }, accountId) };
      })
    );
  }

  function trustLayer(trust: TrustPolicy): PolicySet {
    const { roleArn, document } = trust;
    const known = trustPolicies.get(roleArn);
    if (known?.document === document) return known.compiled;
    const compiled = compilePolicySet([compilePolicyText(document, { id: roleArn, type: 'trust' })]);
    trustPolicies.set(roleArn, { document, compiled });
    return compiled;
  }

  function layersFor({ own, session }: Gathered, { trustPolicy }: Target): PolicyLayers {
    const layers: { -readonly [Layer in keyof PolicyLayers]: PolicyLayers[Layer] } = {
      identity: own?.identity ?? NO_POLICIES,
    };
    if (own?.boundary !== undefined) layers.boundary = own.boundary;
    if (session !== undefined) layers.session = session;
    if (trustPolicy !== undefined) {
      const { trustedIds } = trustPolicy;
      const policies = trustLayer(trustPolicy);
      layers.resource =
        trustedIds === undefined ? { kind: 'trust', policies } : { kind: 'trust', policies, trustedIds };
    }
    return layers;
  }

  function verdictOn({ caller, source, now }: AuthorizationCall, target: Target, gathered: Gathered): Verdict {
    const { own, owner, home, delegated } = gathered;
    const organizations = { principal: home?.organization, resource: owner.organization };
    // Checked during authentication, but the user, role or account may have been deleted since then.
    if (caller !== undefined && own === undefined) throw invalidClientToken();
    const principalTags = principalTagsOf(caller, own?.tags ?? []);
    const request: Verdict['request'] = {
      principal: target.principal ?? (caller === undefined ? ANONYMOUS : principalOf(caller)),
      action: target.action,
      resource: target.resource,
      resourceAccountId: target.resourceAccountId,
      context: requestContext({
        caller,
        principalTags,
        source,
        now,
        target,
        timeZone: owner.timeZone,
        organizations,
      }),
    };
    const layers = withControl(layersFor(gathered, target), organizations, {
      isServiceLinked: own?.isServiceLinked === true,
      action: target.action,
    });
    const isUnlimited = caller !== undefined && isOfRoot(caller);
    const decided = decideTarget(request, isUnlimited ? { ...layers, identity: ROOT_POLICIES } : layers, target);
    const decision = delegated === undefined ? decided : withinDelegation(request, decided, delegated);
    return { request, decision, called: target.called };
  }

  function isOpen(caller: Caller, session: SessionFacts): boolean | Promise<boolean> {
    const holds = isSessionOpen({ store, standings, clock }, caller);
    const home = accountFactsOf(caller.accountId);
    const { assumedRoot, delegation, through, sessionPolicyArns } = session;
    // What was approved before an account was closed opens no sessions afterwards.
    const began = delegation === undefined ? session.issuedAt : Math.min(session.issuedAt, delegation.acceptedAt);
    const isSince = ({ reopenedAt }: AccountFacts): boolean => began > reopenedAt;
    if (assumedRoot === undefined && delegation === undefined && through === undefined) {
      if (!(holds instanceof Promise) && !(home instanceof Promise)) return holds && isSince(home);
      return Promise.all([holds, home]).then(([stillHolds, facts]) => stillHolds && isSince(facts));
    }
    const allowsStill = ({ organization }: AccountFacts): boolean =>
      assumedRoot === undefined ||
      (organization.organizationId === assumedRoot.organizationId &&
        allowsTask(organization.rootAccess, {
          administratorId: assumedRoot.administratorId,
          taskPolicyArn: sessionPolicyArns[0] ?? '',
        }));
    const ids = [assumedRoot?.administratorId, delegation?.requestorAccountId, ...(through ?? [])];
    const others = ids.filter((id) => id !== undefined).map(accountFactsOf);
    const decide = (stillHolds: boolean, facts: AccountFacts, open: readonly AccountFacts[]): boolean =>
      stillHolds && isSince(facts) && allowsStill(facts) && open.every((other) => other.isThere && isSince(other));
    if (!(holds instanceof Promise) && !(home instanceof Promise) && others.every(isLoaded))
      return decide(holds, home, others);
    return Promise.all([holds, home, Promise.all(others)]).then((loaded) => decide(...loaded));
  }

  return {
    current(caller) {
      const own = policiesOf(caller);
      const { session } = caller;
      const holds = session === undefined || isOpen(caller, session);
      const isGranted = session?.delegation === undefined || delegations.holds(session.delegation);
      if (own instanceof Promise || holds instanceof Promise || isGranted instanceof Promise) {
        return Promise.all([own, holds, isGranted]).then(([loaded, stillHolds, isStillGranted]) =>
          stillHolds && isStillGranted ? currentCaller(caller, loaded) : undefined,
        );
      }
      return holds && isGranted ? currentCaller(caller, own) : undefined;
    },

    decide(call, target) {
      const { caller } = call;
      const own = caller && policiesOf(caller);
      const session = caller?.session && sessionLayer(caller, caller.session);
      const delegated = caller?.session?.delegation && delegations.policiesOf(caller.session.delegation);
      const owner = accountFactsOf(target.resourceAccountId);
      const isOwn = caller === undefined || caller.accountId === target.resourceAccountId;
      const home = isOwn ? owner : accountFactsOf(caller.accountId);
      const isKnown = !(own instanceof Promise) && !(session instanceof Promise) && !(delegated instanceof Promise);
      if (isKnown && !(owner instanceof Promise) && !(home instanceof Promise))
        return verdictOn(call, target, { own, session, delegated, owner, home: caller && home });
      return Promise.all([own, session, delegated, owner, home]).then(
        ([ownLoaded, sessionLoaded, delegatedLoaded, ofOwner, ofHome]) =>
          verdictOn(call, target, {
            ...{ own: ownLoaded, session: sessionLoaded, delegated: delegatedLoaded },
            ...{ owner: ofOwner, home: caller && ofHome },
          }),
      );
    },

    close() {
      principals.close();
      sessions.close();
      standings.close();
      accounts.close();
      delegations.close();
    },
  };
}

/** AWS's `AccessDenied` message for a denied verdict. */
export function denialMessage({ request, decision, called }: Verdict): string {
  return accessDeniedMessage(called === undefined ? request : { ...request, resource: called }, decision);
}

function isLoaded<Value>(value: Value | Promise<Value>): value is Value {
  return !(value instanceof Promise);
}

const NO_POLICIES = compilePolicySet([]);
/** What a root user may do, in the form that the session policies of its federated users are intersected with. */
const ROOT_POLICIES = compilePolicySet([
  compilePolicyText('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', {
    id: 'root user',
    type: 'inline',
  }),
]);
const ANONYMOUS: RequestPrincipal = { type: 'Anonymous', arn: '', accountId: '', uniqueId: '' };

function loadPrincipal(loader: PolicyLoader, caller: Caller): Promise<PrincipalPolicies | undefined> {
  switch (caller.type) {
    case 'Account':
      return rootPolicies(loader, caller.accountId);
    case 'User':
      return userPolicies(loader, caller.accountId, caller.uniqueId);
    case 'AssumedRole':
      return rolePolicies(loader, caller.accountId, caller.uniqueId);
    case 'FederatedUser':
      return isOfRoot(caller)
        ? rootPolicies(loader, caller.accountId)
        : userPolicies(loader, caller.accountId, caller.uniqueId);
  }
}

/** Whether the root user requested the session. */
function isOfRoot(caller: Caller): boolean {
  return caller.type === 'FederatedUser' && caller.uniqueId === caller.accountId;
}

function currentCaller(caller: Caller, own: PrincipalPolicies | undefined): Caller | undefined {
  if (own === undefined) return undefined;
  const { user } = own;
  if (user === undefined) return caller;
  if (caller.type === 'FederatedUser') return user.arn === caller.userArn ? caller : { ...caller, userArn: user.arn };
  if (caller.type !== 'User' || user.arn === caller.arn) return caller;
  return { ...caller, ...user };
}

function principalOf(caller: Caller): RequestPrincipal {
  const { type, arn, accountId } = caller;
  if (caller.type === 'Account') return { type, arn, accountId, uniqueId: accountId };
  if (caller.type === 'User') return { type, arn, accountId, uniqueId: caller.uniqueId };
  if (caller.type === 'FederatedUser') {
    return { type, arn, accountId, uniqueId: caller.uniqueId, userArn: caller.userArn };
  }
  return { type, arn, accountId, uniqueId: caller.uniqueId, roleArn: caller.roleArn };
}

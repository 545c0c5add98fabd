import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';
import type { DelegationStamp } from '../../identity/sessions/caller.ts';
import { IdentityCache } from '../../identity/store/identity-cache.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Decision } from '../../policy/combine/decide.ts';
import { compilePolicyText } from '../../policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../../policy/compile/policy-set.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { decideTarget } from '../decide-target.ts';
import type { Loader } from '../gather-policies.ts';

/** What a delegation request grants today. */
export interface DelegatedAccess {
  readonly policies: PolicySet;
  /** Ms since the epoch; `undefined`: it grants nothing. */
  readonly endsAt: number | undefined;
  readonly acceptedAt: number | undefined;
}

/** Knows what delegated sessions may do. Answers with a value rather than a promise in the steady state. */
export interface DelegatedAccesses {
  /** Whether the request still stands as it was approved, and its time is not over. */
  holds(stamp: DelegationStamp): boolean | Promise<boolean>;
  policiesOf(stamp: DelegationStamp): PolicySet | Promise<PolicySet>;
  close(): void;
}

interface DelegatedAccessDependencies {
  readonly store: IdentityStore;
  readonly feed: Ephemeral;
  readonly clock: Clock;
}

const MAX_CACHED = 5_000;

export function openDelegatedAccesses({ store, feed, clock }: DelegatedAccessDependencies): DelegatedAccesses {
  const known = new IdentityCache<DelegatedAccess>({ feed, clock, limit: MAX_CACHED });
  const accessOf = ({ requestId, requestorAccountId }: DelegationStamp): DelegatedAccess | Promise<DelegatedAccess> =>
    known.peek(requestId) ??
    known.get(requestId, (dependOn) => loadAccess({ store, dependOn }, requestId, requestorAccountId));
  // Tokens have whole seconds.
  const stands = ({ endsAt, acceptedAt = Number.NaN }: DelegatedAccess, stamp: DelegationStamp): boolean =>
    endsAt !== undefined &&
    clock.now() < endsAt &&
    Math.floor(acceptedAt / 1000) === Math.floor(stamp.acceptedAt / 1000);
  return {
    holds(stamp) {
      const access = accessOf(stamp);
      return access instanceof Promise ? access.then((loaded) => stands(loaded, stamp)) : stands(access, stamp);
    },
    policiesOf(stamp) {
      const access = accessOf(stamp);
      return access instanceof Promise ? access.then(({ policies }) => policies) : access.policies;
    },
    close: () => known.close(),
  };
}

/** Without a request, or if it was not approved, nothing. */
async function loadAccess(
  { store, dependOn }: Loader,
  requestId: string,
  requestorAccountId: string,
): Promise<DelegatedAccess> {
  dependOn('delegationRequests', [requestId]);
  dependOn('accounts', [requestorAccountId]);
  const [request, requestor] = await Promise.all([
    store.delegationRequests.get([requestId]),
    store.accounts.get([requestorAccountId]),
  ]);
  const isOpen = request?.state === 'FINALIZED' && requestor?.accountId === request.requestorAccountId;
  return isOpen
    ? { policies: policiesIn(request), endsAt: request.accessEndsAt, acceptedAt: request.approval?.at }
    : { policies: NOTHING, endsAt: undefined, acceptedAt: undefined };
}

/** What a request grants. A text that cannot be read denies. */
export function policiesIn({ permissionPolicy, templateArn }: DelegationRequest): PolicySet {
  return compilePolicySet([compilePolicyText(permissionPolicy, { id: templateArn, type: 'session' })]);
}

/**
 * Limits what the approver may do to what the request grants. Unlike a session policy, the request limits also what the policy of a resource
 * grants to the approver by name, such as the trust policy of a role. As everywhere, no policy is needed on the other side to deny.
 */
export function withinDelegation(
  request: Parameters<typeof decideTarget>[0],
  decision: Decision,
  policies: PolicySet,
): Decision {
  if (!decision.allowed) return decision;
  // Whose resource it is was decided with the approver's own policies.
  const own = { ...request, resourceAccountId: request.principal.accountId };
  const limited = decideTarget(own, { identity: EVERYTHING, session: policies }, {});
  return limited.allowed ? decision : limited;
}

const NOTHING = compilePolicySet([]);
const EVERYTHING = compilePolicySet([
  compilePolicyText('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', {
    id: 'approver',
    type: 'inline',
  }),
]);

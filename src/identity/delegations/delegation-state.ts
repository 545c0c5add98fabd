import { ServiceError } from '../../kernel/service-error.ts';
import type { DelegationRequest } from '../documents/delegations/delegation-request.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';

export type DelegationState = DelegationRequest['state'] | 'EXPIRED';

const DAY = 86_400_000;

/** How long a request stays in a state before it expires, in ms (IAM User Guide, "Understanding the request lifecycle"). */
export const STATE_LIFETIME: Readonly<Record<DelegationRequest['state'], number>> = {
  UNASSIGNED: DAY,
  ASSIGNED: 7 * DAY,
  PENDING_APPROVAL: 7 * DAY,
  ACCEPTED: 7 * DAY,
  FINALIZED: 7 * DAY,
  REJECTED: 7 * DAY,
};

/** How long an expired request can still be read, in ms. AWS does not say how long. */
export const KEPT_AFTER_EXPIRY = 30 * DAY;

/** The states in which a request can still be changed. */
export const OPEN_STATES: ReadonlySet<DelegationState> = new Set([
  'UNASSIGNED',
  'ASSIGNED',
  'PENDING_APPROVAL',
  'ACCEPTED',
]);

export function stateOf({ state, expiresAt }: DelegationRequest, now: number): DelegationState {
  return now >= expiresAt ? 'EXPIRED' : state;
}

export function isForgotten({ expiresAt }: DelegationRequest, now: number): boolean {
  return now >= expiresAt + KEPT_AFTER_EXPIRY;
}

/** @throws {ServiceError} InvalidInput if the request is in another state. */
export function requireState(
  request: DelegationRequest,
  allowed: readonly DelegationRequest['state'][],
  now: number,
): void {
  const state = stateOf(request, now);
  if (allowed.some((each) => each === state)) return;
  throw new ServiceError(
    IAM_ERRORS.InvalidInput,
    `The delegation request is in the state ${state}. This is possible only in the state ${allowed.join(' or ')}.`,
  );
}

/** The request in another state, from `now` on. */
export function inState(request: DelegationRequest, state: DelegationRequest['state'], now: number): DelegationRequest {
  return { ...request, state, updatedAt: now, expiresAt: now + STATE_LIFETIME[state] };
}

import { ServiceError } from '../../kernel/service-error.ts';
import type { DelegationRequest } from '../documents/delegations/delegation-request.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { Caller } from '../sessions/caller.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { approvalOf } from './approver.ts';
import { inState, requireState } from './delegation-state.ts';
import { isOwner, noSuchRequest } from './find-delegation-request.ts';

/** Who changes a request, and when. */
export interface RequestChange {
  readonly requestId: string;
  readonly caller: Caller;
  readonly now: number;
}

/** A root user approves four hours at most, as at AWS. */
const ROOT_LIMIT_SECONDS = 4 * 3600;

type Store = Pick<IdentityStore, 'delegationRequests'>;

/**
 * Changes a request of the caller's account in one step, so that of two callers at the same moment one is told what state it is in.
 * @throws {ServiceError} NoSuchEntity, InvalidInput
 */
async function change(
  { delegationRequests }: Store,
  { requestId, caller }: RequestChange,
  next: (old: DelegationRequest) => DelegationRequest,
): Promise<DelegationRequest> {
  const changed = await delegationRequests.update([requestId], (old) => {
    if ((old.ownerAccountId ?? caller.accountId) !== caller.accountId) throw noSuchRequest(requestId);
    return next(old);
  });
  if (changed === undefined) throw noSuchRequest(requestId);
  return changed;
}

/** Makes the caller the owner. */
export function associate(store: Store, by: RequestChange): Promise<DelegationRequest> {
  const { caller, now } = by;
  return change(store, by, (old) => {
    requireState(old, ['UNASSIGNED'], now);
    const owner = { arn: caller.arn, userId: caller.userId };
    return { ...inState(old, 'ASSIGNED', now), ownerAccountId: caller.accountId, owner };
  });
}

/** Asks an administrator to approve. */
export function forward(store: Store, by: RequestChange, notes: string | undefined): Promise<DelegationRequest> {
  return change(store, by, (old) => {
    requireState(old, ['ASSIGNED', 'PENDING_APPROVAL'], by.now);
    const next = inState(old, 'PENDING_APPROVAL', by.now);
    return notes === undefined ? next : { ...next, notes };
  });
}

/** Grants what is asked for, with the caller as the one whose permissions limit it. */
export function accept(store: Store, by: RequestChange): Promise<DelegationRequest> {
  const { caller, now } = by;
  return change(store, by, (old) => {
    requireState(old, ['ASSIGNED', 'PENDING_APPROVAL'], now);
    if (caller.type === 'Account' && old.sessionDuration > ROOT_LIMIT_SECONDS) {
      throw new ServiceError(
        IAM_ERRORS.InvalidInput,
        'A root user can approve 4 hours of access at most. Have a user or role of the account approve the request.',
      );
    }
    return { ...inState(old, 'ACCEPTED', now), approval: approvalOf(caller, now) };
  });
}

/** Refuses, or takes an approval back before the token was sent. */
export function reject(store: Store, by: RequestChange, notes: string | undefined): Promise<DelegationRequest> {
  return change(store, by, (old) => {
    requireState(old, ['ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED'], by.now);
    const { approval: _approval, ...rest } = inState(old, 'REJECTED', by.now);
    return notes === undefined ? rest : { ...rest, rejectionReason: notes };
  });
}

/** Gives the requestor the token: from now on the time of the access runs. */
export function finalize(store: Store, by: RequestChange): Promise<DelegationRequest> {
  const { caller, now } = by;
  return change(store, by, (old) => {
    requireState(old, ['ACCEPTED'], now);
    if (old.onlySendByOwner && !isOwner(old, caller)) {
      throw new ServiceError('AccessDenied', 'Only the owner of this delegation request can send its token.');
    }
    return { ...inState(old, 'FINALIZED', now), accessEndsAt: now + old.sessionDuration * 1000 };
  });
}

/** Ends the access at once. */
export function revoke(store: Store, by: RequestChange): Promise<DelegationRequest> {
  const { now } = by;
  return change(store, by, (old) => {
    requireState(old, ['FINALIZED'], now);
    const accessEndsAt = Math.min(old.accessEndsAt ?? now, now);
    return { ...old, accessEndsAt, revokedAt: old.revokedAt ?? now, updatedAt: now };
  });
}

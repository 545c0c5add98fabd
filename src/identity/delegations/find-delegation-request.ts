import { iamArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { DelegationRequest } from '../documents/delegations/delegation-request.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { Caller } from '../sessions/caller.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { isForgotten, stateOf } from './delegation-state.ts';

/** The ARN by which the callers of an account are allowed to do something with a request. */
export function delegationRequestArn(accountId: string, requestId: string): string {
  return iamArn(accountId, 'delegation-request', '/', requestId);
}

type RequestsStore = Pick<IdentityStore, 'delegationRequests'>;

/**
 * A request that an account may know of as the one it concerns: its own, or one that no account has claimed, whose id is what makes its
 * bearer the owner. Everything else is as if it did not exist.
 */
export async function findForOwner(
  { delegationRequests }: RequestsStore,
  { requestId, accountId, now }: { requestId: string; accountId: string; now: number },
): Promise<DelegationRequest | undefined> {
  const found = await delegationRequests.get([requestId]);
  if (found === undefined || isForgotten(found, now)) return undefined;
  const { ownerAccountId } = found;
  if (ownerAccountId === undefined) return stateOf(found, now) === 'UNASSIGNED' ? found : undefined;
  return ownerAccountId === accountId ? found : undefined;
}

/** A request that an account has made. */
export async function findForRequestor(
  { delegationRequests }: RequestsStore,
  { requestId, accountId, now }: { requestId: string; accountId: string; now: number },
): Promise<DelegationRequest | undefined> {
  const found = await delegationRequests.get([requestId]);
  return found?.requestorAccountId === accountId && !isForgotten(found, now) ? found : undefined;
}

/** Whether the caller is the one who claimed the request. Its id, unlike its name, is never given to someone else. */
export function isOwner({ owner, ownerAccountId }: DelegationRequest, { accountId, userId }: Caller): boolean {
  return owner !== undefined && ownerAccountId === accountId && owner.userId === userId;
}

export function noSuchRequest(requestId: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `The delegation request with id ${requestId} cannot be found.`);
}

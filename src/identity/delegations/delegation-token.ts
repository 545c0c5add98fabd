import type { Sealer } from '../../keys/key-ring.ts';
import type { DelegationRequest } from '../documents/delegations/delegation-request.ts';

/** Longer texts are no tokens. */
const MAX_LENGTH = 1024;

/**
 * The token that a requestor trades in for credentials: the id of the request and when it was approved, sealed, and bound to the requestor's
 * account. It is not stored. Who finds one can do nothing with it, because trading it in takes the requestor's credentials as well.
 */
export function makeDelegationToken(
  sealer: Sealer,
  { delegationRequestId, requestorAccountId, approval }: DelegationRequest,
): string {
  const content = JSON.stringify([delegationRequestId, approval?.at]);
  return sealer.seal(Buffer.from(content), boundTo(requestorAccountId));
}

/** What a token of this account is for; `undefined` if it is none. */
export function openDelegationToken(
  sealer: Sealer,
  requestorAccountId: string,
  token: string,
): { readonly requestId: string; readonly acceptedAt: number } | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  try {
    const [requestId, acceptedAt] = JSON.parse(sealer.open(token, boundTo(requestorAccountId)).toString()) as [
      string,
      number,
    ];
    return { requestId, acceptedAt };
  } catch {
    return undefined;
  }
}

function boundTo(requestorAccountId: string): string {
  return `delegation token of ${requestorAccountId}`;
}

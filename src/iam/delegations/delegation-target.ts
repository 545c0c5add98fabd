import { delegationRequestArn, findForOwner, isOwner } from '../../identity/delegations/find-delegation-request.ts';
import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';
import type { Authorization, SignedCall } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

interface RequestQuestion {
  readonly action: string;
  readonly requestId: string;
  /** Whether the owner needs no permission, as AWS documents for reading and updating. Explicit denies still apply. */
  readonly isOwnersRight: boolean;
}

/**
 * What must be allowed to do something with a request. The resource is always one of the caller's account, also while no account has claimed
 * the request, and whether or not it exists.
 */
export async function requestTarget(
  { store }: Pick<IamDependencies, 'store'>,
  { action, requestId, isOwnersRight }: RequestQuestion,
  { caller, now }: SignedCall,
): Promise<Authorization<DelegationRequest | undefined>> {
  const { accountId } = caller;
  const found = await findForOwner(store, { requestId, accountId, now });
  const owner = found?.owner;
  return {
    targets: [
      {
        ...{ action, resource: delegationRequestArn(accountId, requestId), resourceAccountId: accountId },
        ...(owner !== undefined && { conditions: new Map([['iam:delegationrequestowner', owner.arn]]) }),
        ...(isOwnersRight && found !== undefined && isOwner(found, caller) && { grantedByAccount: true }),
      },
    ],
    subject: found,
  };
}

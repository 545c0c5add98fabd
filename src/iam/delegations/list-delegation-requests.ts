import {
  ListDelegationRequests$,
  type ListDelegationRequestsRequest,
  type ListDelegationRequestsResponse,
} from '@aws-sdk/client-iam';
import { isForgotten } from '../../identity/delegations/delegation-state.ts';
import { delegationRequestArn } from '../../identity/delegations/find-delegation-request.ts';
import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';
import { pageOf } from '../../identity/rules/paging.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { shownRequest } from './delegation-output.ts';

type Input = Decoded<ListDelegationRequestsRequest>;

/**
 * Lists the requests that the account has claimed, oldest first, or those of one owner. A caller needs no permission to list its own, as to
 * read one.
 */
export function listDelegationRequestsOperation({
  store,
  delegationTemplates,
}: IamDependencies): SignedOperation<Input, ListDelegationRequestsResponse, undefined> {
  return signedOperation({
    schema: ListDelegationRequests$,
    readOnly: true,
    authorize({ OwnerId }, { caller: { accountId, arn } }) {
      return {
        targets: [
          {
            ...{ action: actionOf(ListDelegationRequests$), resource: delegationRequestArn(accountId, '*') },
            resourceAccountId: accountId,
            ...(OwnerId !== undefined && { conditions: new Map([['iam:delegationrequestowner', OwnerId]]) }),
            ...(OwnerId === arn && { grantedByAccount: true }),
          },
        ],
        subject: undefined,
      };
    },
    async handle(input, { caller: { accountId, arn, userId }, now }) {
      const all = await readWholeIndex(store.delegationRequests, 'byOwner', [accountId]);
      const isAsked = ({ owner }: DelegationRequest): boolean => {
        if (owner === undefined) return false;
        // Who has someone's former name does not get what was theirs.
        if (input.OwnerId === arn) return owner.userId === userId;
        return input.OwnerId === undefined || owner.arn === input.OwnerId;
      };
      const kept = all.filter((each) => isAsked(each) && !isForgotten(each, now));
      const page = pageOf(kept, {
        list: 'delegation-requests',
        positionOf: ({ createdAt, delegationRequestId }) =>
          `${String(createdAt).padStart(15, '0')} ${delegationRequestId}`,
        request: pageRequest(input),
      });
      const { IsTruncated: isTruncated, ...marker } = truncation(page);
      return {
        DelegationRequests: page.items.map((each) => shownRequest(each, delegationTemplates, now)),
        ...{ isTruncated, ...marker },
      };
    },
  });
}

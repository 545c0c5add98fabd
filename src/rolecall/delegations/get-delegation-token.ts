import { stateOf } from '../../identity/delegations/delegation-state.ts';
import { makeDelegationToken } from '../../identity/delegations/delegation-token.ts';
import { delegationRequestArn, findForRequestor } from '../../identity/delegations/find-delegation-request.ts';
import type { IdentityDependencies } from '../../identity/store/identity-dependencies.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import {
  ACCESS_ENDS_AT,
  DELEGATION_REQUEST_ID,
  DELEGATION_STATE,
  NO_SUCH_DELEGATION_REQUEST,
} from './delegation-shapes.ts';

/** What AWS would send to the SNS topic of the request. */
export const GetDelegationToken = declareOperation({
  name: 'GetDelegationToken',
  documentation:
    'Returns what became of a delegation request that the account has made (`iam:CreateDelegationRequest`), and its trade-in token as soon as the owner has sent it, for `sts:GetDelegatedAccessToken`. AWS sends both to an SNS topic; here the requestor asks. The permission is checked on `arn:aws:iam::<account>:delegation-request/<id>`.',
  readOnly: true,
  input: { DelegationRequestId: shape.required(DELEGATION_REQUEST_ID, 'The id of the request.') },
  output: {
    DelegationRequestId: shape.required(DELEGATION_REQUEST_ID, 'The id of the request.'),
    State: shape.required(DELEGATION_STATE, 'Its state.'),
    RejectionReason: shape.optional(
      shape.text('RejectionReason', { length: [0, 500] }),
      'What the owner wrote when rejecting it.',
    ),
    TradeInToken: shape.optional(
      shape.text('TradeInToken', { length: [1, 1024], sensitive: true }),
      'The token, in the state `FINALIZED` until the access ends. Only callers of this account can trade it in.',
    ),
    AccessEndsAt: shape.optional(ACCESS_ENDS_AT, 'When the access ends, in the state `FINALIZED`.'),
  },
  errors: [NO_SUCH_DELEGATION_REQUEST],
});

export function getDelegationTokenOperation({
  store,
  sealer,
}: Pick<RolecallDependencies, 'store'> & { readonly sealer: IdentityDependencies['sealer'] }) {
  return declaredOperation(GetDelegationToken, {
    async authorize({ DelegationRequestId }, { caller: { accountId } }) {
      const resource = delegationRequestArn(accountId, DelegationRequestId);
      return {
        targets: [{ action: 'rolecall:GetDelegationToken', resource, resourceAccountId: accountId }],
        subject: undefined,
      };
    },
    async handle({ DelegationRequestId: requestId }, { caller: { accountId }, now }) {
      const found = await findForRequestor(store, { requestId, accountId, now });
      if (found === undefined)
        throw new ServiceError(NO_SUCH_DELEGATION_REQUEST, `There is no delegation request with the id ${requestId}.`);
      const { accessEndsAt, rejectionReason } = found;
      const isOpen = found.state === 'FINALIZED' && accessEndsAt !== undefined && now < accessEndsAt;
      return {
        DelegationRequestId: requestId,
        State: stateOf(found, now),
        ...(rejectionReason !== undefined && { RejectionReason: rejectionReason }),
        ...(isOpen && { TradeInToken: makeDelegationToken(sealer, found) }),
        ...(accessEndsAt !== undefined && { AccessEndsAt: new Date(accessEndsAt) }),
      };
    },
  });
}

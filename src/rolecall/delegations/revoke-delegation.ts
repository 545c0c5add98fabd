import { revoke } from '../../identity/delegations/change-delegation-request.ts';
import { stateOf } from '../../identity/delegations/delegation-state.ts';
import { delegationRequestArn, findForOwner } from '../../identity/delegations/find-delegation-request.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import {
  ACCESS_ENDS_AT,
  DELEGATION_REQUEST_ID,
  DELEGATION_STATE,
  NO_SUCH_DELEGATION_REQUEST,
  WRONG_STATE,
} from './delegation-shapes.ts';

/** Ends delegated access before its time. */
export const RevokeDelegation = declareOperation({
  name: 'RevokeDelegation',
  documentation:
    'Ends the access that a delegation request of the account has given, at once: the next call with its credentials, or with those of role sessions opened with them, is refused. AWS has no such operation. The permission is checked on `arn:aws:iam::<account>:delegation-request/<id>`, with the condition key `iam:DelegationRequestOwner`.',
  readOnly: false,
  input: { DelegationRequestId: shape.required(DELEGATION_REQUEST_ID, 'The id of the request.') },
  output: {
    DelegationRequestId: shape.required(DELEGATION_REQUEST_ID, 'The id of the request.'),
    State: shape.required(DELEGATION_STATE, 'Its state, which stays the same.'),
    AccessEndsAt: shape.required(ACCESS_ENDS_AT, 'When the access ended.'),
  },
  errors: [NO_SUCH_DELEGATION_REQUEST, WRONG_STATE],
});

export function revokeDelegationOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(RevokeDelegation, {
    async authorize({ DelegationRequestId: requestId }, { caller: { accountId }, now }) {
      const found = await findForOwner(store, { requestId, accountId, now });
      const owner = found?.owner?.arn;
      return {
        targets: [
          {
            ...{ action: 'rolecall:RevokeDelegation', resource: delegationRequestArn(accountId, requestId) },
            resourceAccountId: accountId,
            ...(owner !== undefined && { conditions: new Map([['iam:delegationrequestowner', owner]]) }),
          },
        ],
        subject: found,
      };
    },
    async handle({ DelegationRequestId: requestId }, { caller, now }, found) {
      if (found === undefined)
        throw new ServiceError(NO_SUCH_DELEGATION_REQUEST, `There is no delegation request with the id ${requestId}.`);
      const ended = await revoke(store, { requestId, caller, now });
      return {
        ...{ DelegationRequestId: requestId, State: stateOf(ended, now) },
        AccessEndsAt: new Date(ended.accessEndsAt ?? now),
      };
    },
  });
}

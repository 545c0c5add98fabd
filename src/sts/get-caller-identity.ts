import { GetCallerIdentity$, type GetCallerIdentityRequest, type GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';

/** Returns the caller's identity. Requires no permission, and no policy can forbid it [aws-behaviour 17]. */
export function getCallerIdentityOperation(): SignedOperation<
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
  undefined
> {
  return signedOperation({
    schema: GetCallerIdentity$,
    readOnly: true,
    authorize: () => ({ targets: [], subject: undefined }),
    handle: (_input, { caller }) => ({ UserId: caller.userId, Account: caller.accountId, Arn: caller.arn }),
  });
}

import { GetAccessKeyInfo$, type GetAccessKeyInfoRequest, type GetAccessKeyInfoResponse } from '@aws-sdk/client-sts';
import { accountIdOf } from '../kernel/ids.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';

/** Tells the account that an access key belongs to. The id itself carries it: whether the key exists is not told. */
export function getAccessKeyInfo(): SignedOperation<
  Decoded<GetAccessKeyInfoRequest>,
  GetAccessKeyInfoResponse,
  undefined
> {
  return signedOperation({
    schema: GetAccessKeyInfo$,
    readOnly: true,
    authorize: (_input, { caller }) => ({
      targets: [{ action: 'sts:GetAccessKeyInfo', resource: '*', resourceAccountId: caller.accountId }],
      subject: undefined,
    }),
    handle({ AccessKeyId }) {
      const account = accountIdOf(AccessKeyId);
      if (account === undefined) {
        throw new ServiceError(
          'ValidationError',
          'The access key id is not one that tells its account: give AKIA… or ASIA…',
        );
      }
      return { Account: account };
    },
  });
}

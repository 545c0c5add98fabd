import { GetAccessKeyInfo$, type GetAccessKeyInfoRequest, type GetAccessKeyInfoResponse } from '@aws-sdk/client-sts';
import { findAccessKey } from '../identity/access-keys/find-access-key.ts';
import { accountIdOf } from '../kernel/ids.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import type { StsDependencies } from './sts-dependencies.ts';

/**
 * Returns the account of an access key: that of its owner, or, if the key is unknown or deleted, the account encoded
 * in its id.
 */
export function getAccessKeyInfoOperation({
  store,
}: Pick<StsDependencies, 'store'>): SignedOperation<
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
    async handle({ AccessKeyId }) {
      const owned = await findAccessKey(store, AccessKeyId);
      const account = owned?.holder.accountId ?? accountIdOf(AccessKeyId);
      if (account === undefined) {
        throw new ServiceError(
          'ValidationError',
          'The account cannot be determined from this access key id: pass one that begins with AKIA or ASIA',
        );
      }
      return { Account: account };
    },
  });
}

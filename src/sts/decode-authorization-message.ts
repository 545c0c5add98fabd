import {
  DecodeAuthorizationMessage$,
  type DecodeAuthorizationMessageRequest,
  type DecodeAuthorizationMessageResponse,
} from '@aws-sdk/client-sts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import type { StsDependencies } from './sts-dependencies.ts';

/** Decodes the message of a denial, for permitted callers in the account of the caller that was denied. */
export function decodeAuthorizationMessageOperation({
  authorizationMessages,
}: Pick<StsDependencies, 'authorizationMessages'>): SignedOperation<
  Decoded<DecodeAuthorizationMessageRequest>,
  DecodeAuthorizationMessageResponse,
  undefined
> {
  return signedOperation({
    schema: DecodeAuthorizationMessage$,
    readOnly: true,
    authorize: (_input, { caller }) => ({
      targets: [{ action: 'sts:DecodeAuthorizationMessage', resource: '*', resourceAccountId: caller.accountId }],
      subject: undefined,
    }),
    handle: ({ EncodedMessage }, { caller }) => ({
      DecodedMessage: authorizationMessages.decode(EncodedMessage, caller.accountId),
    }),
  });
}

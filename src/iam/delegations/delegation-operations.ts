import {
  AcceptDelegationRequest$,
  type AcceptDelegationRequestRequest,
  AssociateDelegationRequest$,
  type AssociateDelegationRequestRequest,
  RejectDelegationRequest$,
  type RejectDelegationRequestRequest,
  SendDelegationToken$,
  type SendDelegationTokenRequest,
  UpdateDelegationRequest$,
  type UpdateDelegationRequestRequest,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import {
  accept,
  associate,
  finalize,
  forward,
  type RequestChange,
  reject,
} from '../../identity/delegations/change-delegation-request.ts';
import { noSuchRequest } from '../../identity/delegations/find-delegation-request.ts';
import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { createDelegationRequestOperation } from './create-delegation-request.ts';
import { requestTarget } from './delegation-target.ts';
import { getDelegationRequestOperation } from './get-delegation-request.ts';
import { getHumanReadableSummaryOperation } from './get-human-readable-summary.ts';
import { listDelegationRequestsOperation } from './list-delegation-requests.ts';

/** The operations on requests of other accounts for temporary access. */
export function delegationOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createDelegationRequestOperation(deps),
    getDelegationRequestOperation(deps),
    listDelegationRequestsOperation(deps),
    getHumanReadableSummaryOperation(deps),
    changing<Decoded<AssociateDelegationRequestRequest>>(AssociateDelegationRequest$, associate),
    // AWS documents that the owner may do this by default.
    changing<Decoded<UpdateDelegationRequestRequest>>(UpdateDelegationRequest$, forward, true),
    changing<Decoded<AcceptDelegationRequestRequest>>(AcceptDelegationRequest$, accept),
    changing<Decoded<RejectDelegationRequestRequest>>(RejectDelegationRequest$, reject),
    // A caller with permission has approved. With OnlySendByOwner, only the owner can send.
    changing<Decoded<SendDelegationTokenRequest>>(SendDelegationToken$, finalize, true),
  ];

  /** @param isOwnersRight Whether the owner needs no permission. */
  function changing<Input extends { readonly DelegationRequestId: string; readonly Notes?: string | undefined }>(
    schema: StaticOperationSchema,
    change: Change,
    isOwnersRight = false,
  ): AnyOperation {
    return signedOperation<Input, NoOutput, DelegationRequest | undefined>({
      schema,
      readOnly: false,
      // Of these, it alone declares no error for a request in another state; its neighbours have this one.
      ...(schema === AcceptDelegationRequest$ && { errors: [IAM_ERRORS.InvalidInput] }),
      authorize: ({ DelegationRequestId }, call) =>
        requestTarget(deps, { action: actionOf(schema), requestId: DelegationRequestId, isOwnersRight }, call),
      async handle({ DelegationRequestId: requestId, Notes }, { caller, now }, found) {
        if (found === undefined) throw noSuchRequest(requestId);
        await change(deps.store, { requestId, caller, now }, Notes);
        return {};
      },
    });
  }
}

type Change = (store: IamDependencies['store'], by: RequestChange, notes: string | undefined) => Promise<unknown>;

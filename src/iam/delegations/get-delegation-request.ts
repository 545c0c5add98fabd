import {
  GetDelegationRequest$,
  type GetDelegationRequestRequest,
  type GetDelegationRequestResponse,
} from '@aws-sdk/client-iam';
import { noSuchRequest } from '../../identity/delegations/find-delegation-request.ts';
import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { shownRequest } from './delegation-output.ts';
import { requestTarget } from './delegation-target.ts';
import { checkPermissions } from './permission-check.ts';

type Input = Decoded<GetDelegationRequestRequest>;

/** Shows a request, and whether the caller has the permissions that it asks for. */
export function getDelegationRequestOperation(
  deps: IamDependencies,
): SignedOperation<Input, GetDelegationRequestResponse, DelegationRequest | undefined> {
  return signedOperation({
    schema: GetDelegationRequest$,
    readOnly: true,
    authorize: ({ DelegationRequestId: requestId }, call) =>
      requestTarget(deps, { action: actionOf(GetDelegationRequest$), requestId, isOwnersRight: true }, call),
    async handle({ DelegationRequestId, DelegationPermissionCheck }, call, found) {
      if (found === undefined) throw noSuchRequest(DelegationRequestId);
      return {
        DelegationRequest: shownRequest(found, deps.delegationTemplates, call.now),
        ...(DelegationPermissionCheck === true && {
          PermissionCheckStatus: 'COMPLETE',
          PermissionCheckResult: await checkPermissions(deps.authorizer, call, found),
        }),
      };
    },
  });
}

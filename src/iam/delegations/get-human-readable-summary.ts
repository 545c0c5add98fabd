import {
  GetDelegationRequest$,
  GetHumanReadableSummary$,
  type GetHumanReadableSummaryRequest,
  type GetHumanReadableSummaryResponse,
} from '@aws-sdk/client-iam';
import { noSuchRequest } from '../../identity/delegations/find-delegation-request.ts';
import { summaryOf } from '../../identity/delegations/summary.ts';
import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { requestTarget } from './delegation-target.ts';

type Input = Decoded<GetHumanReadableSummaryRequest>;

const DEFAULT_LOCALE = 'en';
const KIND = 'delegation-request/';

/**
 * Says in words what a request asks for. Who may read the request may read this, as at AWS, so the permission asked for is that of
 * GetDelegationRequest.
 */
export function getHumanReadableSummaryOperation(
  deps: IamDependencies,
): SignedOperation<Input, GetHumanReadableSummaryResponse, DelegationRequest | undefined> {
  return signedOperation({
    schema: GetHumanReadableSummary$,
    readOnly: true,
    authorize: ({ EntityArn }, call) =>
      requestTarget(
        deps,
        { action: actionOf(GetDelegationRequest$), requestId: requestIdIn(EntityArn), isOwnersRight: true },
        call,
      ),
    handle({ EntityArn, Locale = DEFAULT_LOCALE }, { caller }, found) {
      const isOwn = parseArn(EntityArn)?.accountId === (found?.ownerAccountId ?? caller.accountId);
      if (found === undefined || !isOwn) throw noSuchRequest(requestIdIn(EntityArn));
      const { requestorName: name } = deps.delegationTemplates.get(found.templateArn) ?? {};
      const { requestorAccountId: id } = found;
      const requestor = name === undefined ? id : `${name} (${id})`;
      const summary = summaryOf(found, { requestor, locale: Locale });
      return summary === undefined
        ? { Locale, SummaryState: 'NOT_SUPPORTED' }
        : { Locale, SummaryState: 'AVAILABLE', SummaryContent: summary };
    },
  });
}

/** @throws {ServiceError} InvalidInput */
function requestIdIn(arn: string): string {
  const { service, resource = '' } = parseArn(arn) ?? {};
  const id = resource.slice(KIND.length);
  if (service === 'iam' && resource.startsWith(KIND) && /^[\w-]{16,128}$/.test(id)) return id;
  throw new ServiceError(IAM_ERRORS.InvalidInput, `EntityArn must be the ARN of a delegation request: ${arn}`);
}

import {
  CreateDelegationRequest$,
  type CreateDelegationRequestRequest,
  type CreateDelegationRequestResponse,
} from '@aws-sdk/client-iam';
import { createDelegationRequest } from '../../identity/delegations/create-delegation-request.ts';
import { delegationRequestArn } from '../../identity/delegations/find-delegation-request.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

type Input = Decoded<CreateDelegationRequestRequest>;

/** Asks for temporary access to another account. There is no page for its owner yet, so the answer has no link. */
export function createDelegationRequestOperation({
  store,
  random,
  delegationTemplates: templates,
}: IamDependencies): SignedOperation<Input, CreateDelegationRequestResponse, undefined> {
  return signedOperation({
    schema: CreateDelegationRequest$,
    readOnly: false,
    authorize(input, { caller: { accountId } }) {
      const conditions = new Map([
        ['iam:delegationduration', String(input.SessionDuration)],
        ['iam:notificationchannel', input.NotificationChannel],
        ['iam:templatearn', input.Permissions.PolicyTemplateArn ?? ''],
      ]);
      return {
        targets: [
          {
            ...{ action: actionOf(CreateDelegationRequest$), resource: delegationRequestArn(accountId, '*') },
            ...{ resourceAccountId: accountId, conditions },
          },
        ],
        subject: undefined,
      };
    },
    async handle(input, { caller: { accountId, arn }, now }) {
      const { PolicyTemplateArn, Parameters = [] } = input.Permissions;
      if (PolicyTemplateArn === undefined) throw invalid('Permissions must have a PolicyTemplateArn.');
      if (parseArn(input.NotificationChannel)?.service !== 'sns')
        throw invalid('NotificationChannel must be the ARN of an SNS topic.');
      const { delegationRequestId } = await createDelegationRequest(
        { store, random, templates },
        {
          ...{ requestorAccountId: accountId, requestorArn: arn, requestorWorkflowId: input.RequestorWorkflowId },
          ownerAccountId: input.OwnerAccountId,
          ...{ description: input.Description, requestMessage: input.RequestMessage },
          templateArn: PolicyTemplateArn,
          parameters: Parameters.map(({ Name = '', Values = [], Type }) => ({
            ...{ name: Name, values: [...Values], isList: Type === 'stringList' },
          })),
          ...{ sessionDuration: input.SessionDuration, redirectUrl: input.RedirectUrl },
          ...{ notificationChannel: input.NotificationChannel, onlySendByOwner: input.OnlySendByOwner ?? false },
        },
        now,
      );
      return { DelegationRequestId: delegationRequestId };
    },
  });
}

function invalid(message: string): ServiceError {
  return new ServiceError(IAM_ERRORS.InvalidInput, message);
}

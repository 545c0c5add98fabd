import { GetPolicy$, type GetPolicyRequest, type GetPolicyResponse } from '@aws-sdk/client-iam';
import { countAttachments } from '../../identity/policies/count-attachments.ts';
import { requirePolicy } from '../../identity/policies/require-policy.ts';
import { operationByName } from '../../operations/named-operation.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { fromTags } from '../tag-output.ts';
import { policyOutput } from './policy-output.ts';
import { policyRow } from './policy-row.ts';

type Input = Decoded<GetPolicyRequest>;

export function getPolicyOperation(deps: IamDependencies): SignedOperation<Input, GetPolicyResponse, undefined> {
  return operationByName(deps, {
    ...policyRow<GetPolicyRequest>(GetPolicy$),
    readOnly: true,
    async handle({ named: { accountId, name: arn } }) {
      const { policy } = await requirePolicy(deps.store, accountId, arn);
      const usage = await countAttachments(deps.store, accountId, policy.policyId);
      const description = policy.description === undefined ? {} : { Description: policy.description };
      return { Policy: { ...policyOutput(policy, usage), ...description, Tags: fromTags(policy.tags) } };
    },
  });
}

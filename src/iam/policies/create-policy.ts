import { CreatePolicy$, type CreatePolicyRequest, type CreatePolicyResponse, TagPolicy$ } from '@aws-sdk/client-iam';
import { createManagedPolicy, managedPolicyArn } from '../../identity/policies/create-managed-policy.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onNewResource } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { tagsMember, toTags } from '../tag-output.ts';
import { policyOutput } from './policy-output.ts';

type Input = Decoded<CreatePolicyRequest>;

export function createPolicyOperation(deps: IamDependencies): SignedOperation<Input, CreatePolicyResponse, undefined> {
  return signedOperation({
    schema: CreatePolicy$,
    readOnly: false,
    authorize({ PolicyName, Path, Tags }, { caller: { accountId } }) {
      return onNewResource(CreatePolicy$, TagPolicy$, {
        resourceAccountId: accountId,
        resource: managedPolicyArn(accountId, Path ?? '/', PolicyName),
        requestTags: toTags(Tags) ?? [],
      });
    },
    async handle({ PolicyName, Path, PolicyDocument, Description, Tags }, { now, caller: { accountId } }) {
      const policy = await createManagedPolicy(deps, {
        accountId,
        policyName: PolicyName,
        path: Path ?? '/',
        document: PolicyDocument,
        description: Description,
        tags: toTags(Tags) ?? [],
        now,
      });
      return { Policy: { ...policyOutput(policy, { attachments: 0, boundaries: 0 }), ...tagsMember(policy.tags) } };
    },
  });
}

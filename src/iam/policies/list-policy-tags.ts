import { ListPolicyTags$, type ListPolicyTagsRequest, type ListPolicyTagsResponse } from '@aws-sdk/client-iam';
import { requirePolicy } from '../../identity/policies/require-policy.ts';
import { listTags } from '../../identity/rules/merge-tags.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { fromTags } from '../tag-output.ts';
import { policyOperation } from './policy-operation.ts';

type Input = Decoded<ListPolicyTagsRequest>;

export function listPolicyTags(deps: IamDependencies): SignedOperation<Input, ListPolicyTagsResponse, undefined> {
  return policyOperation(deps, {
    schema: ListPolicyTags$,
    readOnly: true,
    async handle({ input, which: { accountId, arn } }) {
      const { policy } = await requirePolicy(deps.store, accountId, arn);
      const page = listTags(policy.tags, pageRequest(input));
      return { Tags: fromTags(page.items), ...truncation(page) };
    },
  });
}

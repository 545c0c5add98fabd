import { TagPolicy$, type TagPolicyRequest } from '@aws-sdk/client-iam';
import { tagManagedPolicy } from '../../identity/policies/tag-managed-policy.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { toTags } from '../tag-output.ts';
import { policyOperation } from './policy-operation.ts';

export function tagPolicy(deps: IamDependencies): SignedOperation<Decoded<TagPolicyRequest>, NoOutput, undefined> {
  return policyOperation(deps, {
    schema: TagPolicy$,
    readOnly: false,
    keys: ({ Tags }) => ({ requestTags: toTags(Tags) ?? [] }),
    async handle({ input, which }) {
      await tagManagedPolicy(deps.store, which, toTags(input.Tags) ?? []);
      return {};
    },
  });
}

import {
  DeletePolicy$,
  type DeletePolicyRequest,
  DeletePolicyVersion$,
  type DeletePolicyVersionRequest,
  ListPolicyTags$,
  type ListPolicyTagsRequest,
  SetDefaultPolicyVersion$,
  type SetDefaultPolicyVersionRequest,
  TagPolicy$,
  type TagPolicyRequest,
  UntagPolicy$,
  type UntagPolicyRequest,
} from '@aws-sdk/client-iam';
import { deleteManagedPolicy } from '../../identity/policies/delete-managed-policy.ts';
import { deletePolicyVersion, setDefaultPolicyVersion } from '../../identity/policies/policy-versions.ts';
import { requirePolicy } from '../../identity/policies/require-policy.ts';
import { tagManagedPolicy, untagManagedPolicy } from '../../identity/policies/tag-managed-policy.ts';
import { changeByName, operationByName } from '../../operations/named-operation.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { createPolicyOperation } from './create-policy.ts';
import { createPolicyVersionOperation } from './create-policy-version.ts';
import { getPolicyOperation } from './get-policy.ts';
import { getPolicyVersionOperation } from './get-policy-version.ts';
import { listEntitiesForPolicyOperation } from './list-entities-for-policy.ts';
import { listPoliciesOperation } from './list-policies.ts';
import { listPolicyVersionsOperation } from './list-policy-versions.ts';
import { policyName, policyRow } from './policy-row.ts';

/** The operations on managed policies. */
export function policyOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createPolicyOperation(deps),
    getPolicyOperation(deps),
    changeByName(deps, policyRow<DeletePolicyRequest>(DeletePolicy$), {
      change: ({ named }) => deleteManagedPolicy(store, policyName(named)),
    }),
    listPoliciesOperation(deps),
    listEntitiesForPolicyOperation(deps),
    createPolicyVersionOperation(deps),
    getPolicyVersionOperation(deps),
    changeByName(deps, policyRow<DeletePolicyVersionRequest>(DeletePolicyVersion$), {
      change: ({ input, named }) => deletePolicyVersion(store, { ...policyName(named), versionId: input.VersionId }),
    }),
    listPolicyVersionsOperation(deps),
    changeByName(deps, policyRow<SetDefaultPolicyVersionRequest>(SetDefaultPolicyVersion$), {
      change: ({ input, named }) =>
        setDefaultPolicyVersion(store, { ...policyName(named), versionId: input.VersionId }),
    }),
    changeByName(deps, policyRow<TagPolicyRequest>(TagPolicy$), {
      keys: taggingKeys,
      change: ({ input, named }) => tagManagedPolicy(store, policyName(named), toTags(input.Tags)),
    }),
    changeByName(deps, policyRow<UntagPolicyRequest>(UntagPolicy$), {
      keys: untaggingKeys,
      change: ({ input, named }) => untagManagedPolicy(store, policyName(named), input.TagKeys),
    }),
    operationByName(deps, {
      ...policyRow<ListPolicyTagsRequest>(ListPolicyTags$),
      readOnly: true,
      async handle({ input, named: { accountId, name } }) {
        const { policy } = await requirePolicy(store, accountId, name);
        return tagsOutput(policy.tags, input, 'by-length');
      },
    }),
  ];
}

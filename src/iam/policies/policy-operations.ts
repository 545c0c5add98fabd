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
import { createPolicy } from './create-policy.ts';
import { createPolicyVersion } from './create-policy-version.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import { listEntitiesForPolicy } from './list-entities-for-policy.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyVersions } from './list-policy-versions.ts';
import { policyName, policyRow } from './policy-row.ts';

/** The operations on managed policies. */
export function policyOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createPolicy(deps),
    getPolicy(deps),
    changeByName(deps, policyRow<DeletePolicyRequest>(DeletePolicy$), {
      change: ({ named }) => deleteManagedPolicy(store, policyName(named)),
    }),
    listPolicies(deps),
    listEntitiesForPolicy(deps),
    createPolicyVersion(deps),
    getPolicyVersion(deps),
    changeByName(deps, policyRow<DeletePolicyVersionRequest>(DeletePolicyVersion$), {
      change: ({ input, named }) => deletePolicyVersion(store, { ...policyName(named), versionId: input.VersionId }),
    }),
    listPolicyVersions(deps),
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
        return tagsOutput(policy.tags, input);
      },
    }),
  ];
}

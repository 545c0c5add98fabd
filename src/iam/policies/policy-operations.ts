import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { createPolicy } from './create-policy.ts';
import { createPolicyVersion } from './create-policy-version.ts';
import { deletePolicy } from './delete-policy.ts';
import { deletePolicyVersion } from './delete-policy-version.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import { listEntitiesForPolicy } from './list-entities-for-policy.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyTags } from './list-policy-tags.ts';
import { listPolicyVersions } from './list-policy-versions.ts';
import { setDefaultPolicyVersion } from './set-default-policy-version.ts';
import { tagPolicy } from './tag-policy.ts';
import { untagPolicy } from './untag-policy.ts';

/** The operations on managed policies. */
export function policyOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createPolicy(deps),
    getPolicy(deps),
    deletePolicy(deps),
    listPolicies(deps),
    createPolicyVersion(deps),
    getPolicyVersion(deps),
    deletePolicyVersion(deps),
    listPolicyVersions(deps),
    setDefaultPolicyVersion(deps),
    tagPolicy(deps),
    untagPolicy(deps),
    listPolicyTags(deps),
    listEntitiesForPolicy(deps),
  ];
}

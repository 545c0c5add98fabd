import { DeletePolicyVersion$, type DeletePolicyVersionRequest } from '@aws-sdk/client-iam';
import { deletePolicyVersion as deleteVersion } from '../../identity/policies/policy-versions.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { policyOperation } from './policy-operation.ts';

export function deletePolicyVersion(
  deps: IamDependencies,
): SignedOperation<Decoded<DeletePolicyVersionRequest>, NoOutput, undefined> {
  return policyOperation(deps, {
    schema: DeletePolicyVersion$,
    readOnly: false,
    async handle({ input, which }) {
      await deleteVersion(deps.store, { ...which, versionId: input.VersionId });
      return {};
    },
  });
}

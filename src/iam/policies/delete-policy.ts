import { DeletePolicy$, type DeletePolicyRequest } from '@aws-sdk/client-iam';
import { deleteManagedPolicy } from '../../identity/policies/delete-managed-policy.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { policyOperation } from './policy-operation.ts';

export function deletePolicy(
  deps: IamDependencies,
): SignedOperation<Decoded<DeletePolicyRequest>, NoOutput, undefined> {
  return policyOperation(deps, {
    schema: DeletePolicy$,
    readOnly: false,
    async handle({ which }) {
      await deleteManagedPolicy(deps.store, which);
      return {};
    },
  });
}

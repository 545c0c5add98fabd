import { SetDefaultPolicyVersion$, type SetDefaultPolicyVersionRequest } from '@aws-sdk/client-iam';
import { setDefaultPolicyVersion as setDefault } from '../../identity/policies/policy-versions.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { policyOperation } from './policy-operation.ts';

export function setDefaultPolicyVersion(
  deps: IamDependencies,
): SignedOperation<Decoded<SetDefaultPolicyVersionRequest>, NoOutput, undefined> {
  return policyOperation(deps, {
    schema: SetDefaultPolicyVersion$,
    readOnly: false,
    async handle({ input, which }) {
      await setDefault(deps.store, { ...which, versionId: input.VersionId });
      return {};
    },
  });
}

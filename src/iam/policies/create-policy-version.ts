import {
  CreatePolicyVersion$,
  type CreatePolicyVersionRequest,
  type CreatePolicyVersionResponse,
} from '@aws-sdk/client-iam';
import { createPolicyVersion as createVersion } from '../../identity/policies/policy-versions.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { policyOperation } from './policy-operation.ts';
import { versionOutput } from './policy-output.ts';

type Input = Decoded<CreatePolicyVersionRequest>;

export function createPolicyVersion(
  deps: IamDependencies,
): SignedOperation<Input, CreatePolicyVersionResponse, undefined> {
  return policyOperation(deps, {
    schema: CreatePolicyVersion$,
    readOnly: false,
    async handle({ input, call: { now }, which }) {
      const { version, isDefault } = await createVersion(deps.store, {
        ...which,
        document: input.PolicyDocument,
        setAsDefault: input.SetAsDefault ?? false,
        now,
      });
      return { PolicyVersion: versionOutput(version, isDefault) };
    },
  });
}

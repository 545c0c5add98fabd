import {
  CreatePolicyVersion$,
  type CreatePolicyVersionRequest,
  type CreatePolicyVersionResponse,
} from '@aws-sdk/client-iam';
import { createPolicyVersion } from '../../identity/policies/policy-versions.ts';
import { operationByName } from '../../operations/named-operation.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { versionOutput } from './policy-output.ts';
import { policyName, policyRow } from './policy-row.ts';

type Input = Decoded<CreatePolicyVersionRequest>;

export function createPolicyVersionOperation(
  deps: IamDependencies,
): SignedOperation<Input, CreatePolicyVersionResponse, undefined> {
  return operationByName(deps, {
    ...policyRow<CreatePolicyVersionRequest>(CreatePolicyVersion$),
    readOnly: false,
    async handle({ input, call: { now }, named }) {
      const { version, isDefault } = await createPolicyVersion(deps.store, {
        ...policyName(named),
        document: input.PolicyDocument,
        setAsDefault: input.SetAsDefault ?? false,
        now,
      });
      return { PolicyVersion: versionOutput(version, isDefault) };
    },
  });
}

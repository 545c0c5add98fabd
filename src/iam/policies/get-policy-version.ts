import { GetPolicyVersion$, type GetPolicyVersionRequest, type GetPolicyVersionResponse } from '@aws-sdk/client-iam';
import { noSuchVersion, requireVersion } from '../../identity/policies/policy-versions.ts';
import { requirePolicy } from '../../identity/policies/require-policy.ts';
import { operationByName } from '../../operations/named-operation.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { versionWithDocument } from './policy-output.ts';
import { policyRow } from './policy-row.ts';

type Input = Decoded<GetPolicyVersionRequest>;

export function getPolicyVersionOperation(
  deps: IamDependencies,
): SignedOperation<Input, GetPolicyVersionResponse, undefined> {
  return operationByName(deps, {
    ...policyRow<GetPolicyVersionRequest>(GetPolicyVersion$),
    readOnly: true,
    async handle({ input: { VersionId }, named: { accountId, name: arn } }) {
      const { policy } = await requirePolicy(deps.store, accountId, arn, () => noSuchVersion(arn, VersionId));
      const version = requireVersion(policy, VersionId);
      return { PolicyVersion: versionWithDocument(version, VersionId === policy.defaultVersionId) };
    },
  });
}

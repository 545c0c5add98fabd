import {
  ListPolicyVersions$,
  type ListPolicyVersionsRequest,
  type ListPolicyVersionsResponse,
} from '@aws-sdk/client-iam';
import { listPolicyVersions } from '../../identity/policies/policy-versions.ts';
import { requirePolicy } from '../../identity/policies/require-policy.ts';
import { operationByName } from '../../operations/named-operation.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { versionOutput } from './policy-output.ts';
import { policyRow } from './policy-row.ts';

type Input = Decoded<ListPolicyVersionsRequest>;

export function listPolicyVersionsOperation(
  deps: IamDependencies,
): SignedOperation<Input, ListPolicyVersionsResponse, undefined> {
  return operationByName(deps, {
    ...policyRow<ListPolicyVersionsRequest>(ListPolicyVersions$),
    readOnly: true,
    async handle({ input, named: { accountId, name: arn } }) {
      const { policy } = await requirePolicy(deps.store, accountId, arn);
      const page = listPolicyVersions(policy, pageRequest(input));
      const Versions = page.items.map((version) =>
        versionOutput(version, version.versionId === policy.defaultVersionId),
      );
      return { Versions, ...truncation(page) };
    },
  });
}

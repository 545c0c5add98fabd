import { ListPolicies$, type ListPoliciesRequest, type ListPoliciesResponse } from '@aws-sdk/client-iam';
import { listManagedPolicies } from '../../identity/policies/list-managed-policies.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { policyOutput } from './policy-output.ts';

export function listPoliciesOperation(
  deps: IamDependencies,
): SignedOperation<ListPoliciesRequest, ListPoliciesResponse, undefined> {
  return signedOperation({
    schema: ListPolicies$,
    readOnly: true,
    authorize({ PathPrefix }, { caller: { accountId } }) {
      // AWS's name for this resource. It is not an ARN, so only `*` matches it.
      return onAccount(ListPolicies$, accountId, { resource: `policy path ${PathPrefix ?? '/'}` });
    },
    async handle(input, { caller: { accountId } }) {
      const filter = {
        accountId,
        scope: input.Scope ?? 'All',
        onlyAttached: input.OnlyAttached ?? false,
        pathPrefix: input.PathPrefix ?? '/',
        usage: input.PolicyUsageFilter,
      };
      const page = await listManagedPolicies(deps.store, filter, pageRequest(input));
      return { Policies: page.items.map(({ policy, usage }) => policyOutput(policy, usage)), ...truncation(page) };
    },
  });
}

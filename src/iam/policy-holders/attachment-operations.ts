import { attachPolicy, detachPolicy, listAttachedPolicies } from '../../identity/policy-holder/attached-policies.ts';
import type { PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, truncation } from '../list-output.ts';
import { policyKeys } from './condition-keys.ts';
import { changeOperation, type HolderRow, readOperation } from './holder-row.ts';

/** AttachUserPolicy, AttachGroupPolicy, AttachRolePolicy. */
export function attachOperation<Input extends { PolicyArn: string }, Holder extends PolicyHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation(deps, row, {
    keys: policyKeys,
    change: ({ input, found: holder }) => attachPolicy(row.kind, deps.store, { holder, policyArn: input.PolicyArn }),
  });
}

/** DetachUserPolicy, DetachGroupPolicy, DetachRolePolicy. */
export function detachOperation<Input extends { PolicyArn: string }, Holder extends PolicyHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation(deps, row, {
    keys: policyKeys,
    change: ({ input, found: holder }) => detachPolicy(row.kind, deps.store, { holder, policyArn: input.PolicyArn }),
  });
}

type ListAttachedInput = ListInput & { PathPrefix?: string | undefined };

/** ListAttachedUserPolicies, ListAttachedGroupPolicies, ListAttachedRolePolicies. */
export function listAttachedOperation<Input extends ListAttachedInput, Holder extends PolicyHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return readOperation(deps, row, ({ input, found: holder }) => {
    const page = listAttachedPolicies(holder, { pathPrefix: input.PathPrefix, ...pageRequest(input) });
    const attached = page.items.map(({ policyName, policyArn }) => ({ PolicyName: policyName, PolicyArn: policyArn }));
    return { AttachedPolicies: attached, ...truncation(page) };
  });
}

import type { PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from '../../identity/policy-holder/inline-policies.ts';
import { encodeDocument } from '../encode-document.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, truncation } from '../list-output.ts';
import { boundaryOf } from './condition-keys.ts';
import { changeOperation, type HolderRow, readOperation } from './holder-row.ts';

type PutInput = { PolicyName: string; PolicyDocument: string };

/** PutUserPolicy, PutGroupPolicy, PutRolePolicy. */
export function putPolicyOperation<Input extends PutInput, Holder extends PolicyHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation<Input, Holder>(deps, row, {
    keys: boundaryOf,
    change: ({ input: { PolicyName, PolicyDocument }, found: holder }) =>
      putInlinePolicy(row.kind, deps.store, { holder, policyName: PolicyName, document: PolicyDocument }),
  });
}

/** GetUserPolicy, GetGroupPolicy, GetRolePolicy. `named` returns the output member with the entity's name. */
export function getPolicyOperation<Input extends { PolicyName: string }, Holder extends PolicyHolder, Named>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder> & { named: (holder: Holder) => Named },
) {
  return readOperation(deps, row, ({ input, found: holder }) => {
    const { policyName, document } = getInlinePolicy(row.kind, holder, input.PolicyName);
    return { ...row.named(holder), PolicyName: policyName, PolicyDocument: encodeDocument(document) };
  });
}

/** DeleteUserPolicy, DeleteGroupPolicy, DeleteRolePolicy. */
export function deletePolicyOperation<Input extends { PolicyName: string }, Holder extends PolicyHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation<Input, Holder>(deps, row, {
    keys: boundaryOf,
    change: ({ input, found: holder }) =>
      deleteInlinePolicy(row.kind, deps.store, { holder, policyName: input.PolicyName }),
  });
}

/** ListUserPolicies, ListGroupPolicies, ListRolePolicies. */
export function listPoliciesOperation<Input extends ListInput, Holder extends PolicyHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return readOperation(deps, row, ({ input, found: holder }) => {
    const page = listInlinePolicies(holder, pageRequest(input));
    return { PolicyNames: [...page.items], ...truncation(page) };
  });
}

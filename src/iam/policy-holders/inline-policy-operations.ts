import type { StaticOperationSchema } from '@smithy/types';
import type { HolderKind, PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from '../../identity/policy-holder/inline-policies.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import { encodeDocument } from '../encode-document.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, type Truncation, truncation } from '../list-output.ts';
import { boundaryOf } from './condition-keys.ts';
import { holderOperation } from './holder-operation.ts';

/** What tells the operations of users, groups and roles apart. */
export interface HolderRow<Input, Holder extends PolicyHolder> {
  readonly schema: StaticOperationSchema;
  readonly kind: HolderKind<Holder>;
  name(input: Input): string;
}

/** PutUserPolicy, PutGroupPolicy, PutRolePolicy. */
export function putPolicyOperation<
  Input extends { PolicyName: string; PolicyDocument: string },
  Holder extends PolicyHolder,
>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    keys: boundaryOf,
    async handle({ input: { PolicyName, PolicyDocument }, holder }) {
      await putInlinePolicy(row.kind, deps.store, { holder, policyName: PolicyName, document: PolicyDocument });
      return {};
    },
  });
}

/** GetUserPolicy, GetGroupPolicy, GetRolePolicy. `named` gives the member that holds the entity's name. */
export function getPolicyOperation<Input extends { PolicyName: string }, Holder extends PolicyHolder, Named>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder> & { named: (holder: Holder) => Named },
): SignedOperation<Input, Named & { PolicyName: string; PolicyDocument: string }, Holder | undefined> {
  return holderOperation<Input, Named & { PolicyName: string; PolicyDocument: string }, Holder>(deps, {
    ...row,
    readOnly: true,
    handle({ input, holder }) {
      const policy = getInlinePolicy(row.kind, holder, input.PolicyName);
      return {
        ...row.named(holder),
        PolicyName: policy.policyName,
        PolicyDocument: encodeDocument(policy.document),
      };
    },
  });
}

/** DeleteUserPolicy, DeleteGroupPolicy, DeleteRolePolicy. */
export function deletePolicyOperation<Input extends { PolicyName: string }, Holder extends PolicyHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    keys: boundaryOf,
    async handle({ input, holder }) {
      await deleteInlinePolicy(row.kind, deps.store, { holder, policyName: input.PolicyName });
      return {};
    },
  });
}

/** ListUserPolicies, ListGroupPolicies, ListRolePolicies. */
export function listPoliciesOperation<Input extends ListInput, Holder extends PolicyHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, { PolicyNames: string[] } & Truncation, Holder | undefined> {
  return holderOperation<Input, { PolicyNames: string[] } & Truncation, Holder>(deps, {
    ...row,
    readOnly: true,
    handle({ input, holder }) {
      const page = listInlinePolicies(holder, pageRequest(input));
      return { PolicyNames: [...page.items], ...truncation(page) };
    },
  });
}

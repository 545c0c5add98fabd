import type { AttachedPolicy } from '@aws-sdk/client-iam';
import { attachPolicy, detachPolicy, listAttachedPolicies } from '../../identity/policy-holder/attached-policies.ts';
import type { PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, type Truncation, truncation } from '../list-output.ts';
import { policyKeys } from './condition-keys.ts';
import { holderOperation } from './holder-operation.ts';
import type { HolderRow } from './inline-policy-operations.ts';

/** AttachUserPolicy, AttachGroupPolicy, AttachRolePolicy. */
export function attachOperation<Input extends { PolicyArn: string }, Holder extends PolicyHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    keys: policyKeys,
    async handle({ input, holder }) {
      await attachPolicy(row.kind, deps.store, { holder, policyArn: input.PolicyArn });
      return {};
    },
  });
}

/** DetachUserPolicy, DetachGroupPolicy, DetachRolePolicy. */
export function detachOperation<Input extends { PolicyArn: string }, Holder extends PolicyHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    keys: policyKeys,
    async handle({ input, holder }) {
      await detachPolicy(row.kind, deps.store, { holder, policyArn: input.PolicyArn });
      return {};
    },
  });
}

/** ListAttachedUserPolicies, ListAttachedGroupPolicies, ListAttachedRolePolicies. */
export function listAttachedOperation<
  Input extends ListInput & { PathPrefix?: string | undefined },
  Holder extends PolicyHolder,
>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, { AttachedPolicies: AttachedPolicy[] } & Truncation, Holder | undefined> {
  return holderOperation<Input, { AttachedPolicies: AttachedPolicy[] } & Truncation, Holder>(deps, {
    ...row,
    readOnly: true,
    handle({ input, holder }) {
      const page = listAttachedPolicies(holder, { pathPrefix: input.PathPrefix, ...pageRequest(input) });
      const AttachedPolicies = page.items.map(({ policyName, policyArn }) => ({
        PolicyName: policyName,
        PolicyArn: policyArn,
      }));
      return { AttachedPolicies, ...truncation(page) };
    },
  });
}

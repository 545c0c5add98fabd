import type { StaticOperationSchema } from '@smithy/types';
import type { PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
} from '../../identity/policy-holder/inline-policies.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { encodeDocument } from '../encode-document.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, truncation } from '../list-output.ts';
import { boundaryOf } from './condition-keys.ts';
import { changeOperation, type HolderNoun, readOperation } from './holder-operation.ts';

type Schemas = Readonly<Record<'put' | 'get' | 'delete' | 'list', StaticOperationSchema>>;
type PolicyInput = { PolicyName: string };
type PutInput = { PolicyName: string; PolicyDocument: string };

/** PutUserPolicy, GetUserPolicy, DeleteUserPolicy and ListUserPolicies; the same for groups and roles. */
export function inlinePolicyOperations<Holder extends PolicyHolder>(
  deps: IamDependencies,
  noun: HolderNoun<Holder>,
  schemas: Schemas,
): readonly AnyOperation[] {
  const { store } = deps;
  const { kind, parameter } = noun;
  return [
    changeOperation<PutInput, Holder>(deps, {
      ...noun,
      schema: schemas.put,
      keys: boundaryOf,
      change: ({ input: { PolicyName, PolicyDocument }, found: holder }) =>
        putInlinePolicy(kind, store, { holder, policyName: PolicyName, document: PolicyDocument }),
    }),
    readOperation<PolicyInput, Holder>(deps, {
      ...noun,
      schema: schemas.get,
      read: ({ input, found: holder }) => {
        const { policyName, document } = getInlinePolicy(kind, holder, input.PolicyName);
        return { [parameter]: kind.nameOf(holder), PolicyName: policyName, PolicyDocument: encodeDocument(document) };
      },
    }),
    changeOperation<PolicyInput, Holder>(deps, {
      ...noun,
      schema: schemas.delete,
      keys: boundaryOf,
      change: ({ input, found: holder }) => deleteInlinePolicy(kind, store, { holder, policyName: input.PolicyName }),
    }),
    readOperation<ListInput, Holder>(deps, {
      ...noun,
      schema: schemas.list,
      read: ({ input, found: holder }) => {
        const page = listInlinePolicies(holder, pageRequest(input));
        return { PolicyNames: [...page.items], ...truncation(page) };
      },
    }),
  ];
}

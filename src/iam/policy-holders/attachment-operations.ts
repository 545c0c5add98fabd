import type { StaticOperationSchema } from '@smithy/types';
import { attachPolicy, detachPolicy, listAttachedPolicies } from '../../identity/policy-holder/attached-policies.ts';
import type { PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, truncation } from '../list-output.ts';
import { policyKeys } from './condition-keys.ts';
import { changeOperation, type HolderNoun, readOperation } from './holder-operation.ts';

type Schemas = Readonly<Record<'attach' | 'detach' | 'list', StaticOperationSchema>>;
type PolicyInput = { PolicyArn: string };
type ListAttachedInput = ListInput & { PathPrefix?: string | undefined };

/** AttachUserPolicy, DetachUserPolicy and ListAttachedUserPolicies; the same for groups and roles. */
export function attachmentOperations<Holder extends PolicyHolder>(
  deps: IamDependencies,
  noun: HolderNoun<Holder>,
  schemas: Schemas,
): readonly AnyOperation[] {
  const { store } = deps;
  const { kind } = noun;
  return [
    changeOperation<PolicyInput, Holder>(deps, {
      ...noun,
      schema: schemas.attach,
      keys: policyKeys,
      change: ({ input, found: holder }) => attachPolicy(kind, store, { holder, policyArn: input.PolicyArn }),
    }),
    changeOperation<PolicyInput, Holder>(deps, {
      ...noun,
      schema: schemas.detach,
      keys: policyKeys,
      change: ({ input, found: holder }) => detachPolicy(kind, store, { holder, policyArn: input.PolicyArn }),
    }),
    readOperation<ListAttachedInput, Holder>(deps, {
      ...noun,
      schema: schemas.list,
      read: ({ input, found: holder }) => {
        const page = listAttachedPolicies(holder, { pathPrefix: input.PathPrefix, ...pageRequest(input) });
        const attached = page.items.map(({ policyName, policyArn }) => ({
          PolicyName: policyName,
          PolicyArn: policyArn,
        }));
        return { AttachedPolicies: attached, ...truncation(page) };
      },
    }),
  ];
}

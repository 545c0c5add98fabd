import { UntagPolicy$, type UntagPolicyRequest } from '@aws-sdk/client-iam';
import { untagManagedPolicy } from '../../identity/policies/tag-managed-policy.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { policyOperation } from './policy-operation.ts';

export function untagPolicy(deps: IamDependencies): SignedOperation<Decoded<UntagPolicyRequest>, NoOutput, undefined> {
  return policyOperation(deps, {
    schema: UntagPolicy$,
    readOnly: false,
    keys: ({ TagKeys }) => ({ conditions: new Map([['aws:tagkeys', TagKeys]]) }),
    async handle({ input, which }) {
      await untagManagedPolicy(deps.store, which, input.TagKeys);
      return {};
    },
  });
}

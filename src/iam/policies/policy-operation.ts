import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../../authorize/target.ts';
import { AWS_ACCOUNT } from '../../identity/policies/aws-managed-policies.ts';
import { findManagedPolicy } from '../../identity/policies/find-managed-policy.ts';
import { policyAccountOf } from '../../identity/policies/require-policy.ts';
import { type SignedCall, type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';

/** An operation on one managed policy that is named by its ARN. */
interface PolicyOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  /** What policies may ask for beside the policy's ARN and tags. */
  keys?(input: Input): Pick<Target, 'conditions' | 'requestTags'>;
  handle(context: PolicyContext<Input>): Output | Promise<Output>;
}

export interface PolicyContext<Input> {
  readonly input: Input;
  readonly call: SignedCall;
  /** Which policy, as the rules of `identity/policies` take it. */
  readonly which: { readonly accountId: string; readonly arn: string };
}

/**
 * The phases that all operations on one managed policy share: the ARN is authorised, with the policy's tags where the
 * caller's account has it; whether it exists is said after that.
 */
export function policyOperation<Input extends { PolicyArn: string }, Output>(
  { store }: Pick<IamDependencies, 'store'>,
  operation: PolicyOperation<Input, Output>,
): SignedOperation<Input, Output, undefined> {
  const { schema, readOnly } = operation;
  return signedOperation({
    schema,
    readOnly,
    async authorize(input, { caller: { accountId } }) {
      const owner = policyAccountOf(input.PolicyArn);
      const found = await findManagedPolicy(store, accountId, input.PolicyArn);
      const target: Target = {
        action: actionOf(schema),
        resource: input.PolicyArn,
        called: `policy ${input.PolicyArn}`,
        resourceAccountId: owner === AWS_ACCOUNT ? accountId : owner,
        ...(found ? { resourceTags: found.policy.tags } : {}),
        ...operation.keys?.(input),
      };
      return { targets: [target], subject: undefined };
    },
    handle(input, call) {
      return operation.handle({ input, call, which: { accountId: call.caller.accountId, arn: input.PolicyArn } });
    },
  });
}

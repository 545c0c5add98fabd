import {
  GetContextKeysForCustomPolicy$,
  type GetContextKeysForCustomPolicyRequest,
  type GetContextKeysForPolicyResponse,
} from '@aws-sdk/client-iam';
import { keysAskedFor, readInputPolicies } from '../../evaluation/simulated-policy.ts';
import { makePause } from '../../kernel/pause.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';

type Input = Decoded<GetContextKeysForCustomPolicyRequest>;

/** GetContextKeysForCustomPolicy: the condition keys that the given policy texts use. */
export function getContextKeysForCustomPolicyOperation(): SignedOperation<
  Input,
  GetContextKeysForPolicyResponse,
  undefined
> {
  return signedOperation({
    schema: GetContextKeysForCustomPolicy$,
    readOnly: true,
    authorize: (_input, { caller }) => onAccount(GetContextKeysForCustomPolicy$, caller.accountId),
    async handle({ PolicyInputList: texts }) {
      const policies = await readInputPolicies({ texts, parameter: 'PolicyInputList', type: 'inline' }, makePause());
      return { ContextKeyNames: [...keysAskedFor(policies)] };
    },
  });
}

import {
  type GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicy$,
  type GetContextKeysForPrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { gatherEntityPolicies } from './entity.ts';
import { entityOperation } from './entity-operation.ts';
import { keysAskedFor, readInputPolicies, readStoredPolicy } from './simulated-policy.ts';

type Input = Decoded<GetContextKeysForPrincipalPolicyRequest>;

/**
 * GetContextKeysForPrincipalPolicy: the condition keys that the policies of a user (with its groups), group or role ask for,
 * its boundary among them.
 */
export function getContextKeysForPrincipalPolicy(deps: Pick<IamDependencies, 'store'>) {
  return entityOperation<Input, GetContextKeysForPolicyResponse>(deps, {
    schema: GetContextKeysForPrincipalPolicy$,
    parameter: 'Policy Source Arn',
    arn: (input) => input.PolicySourceArn,
    async handle({ PolicyInputList }, _call, entity) {
      const { identity, boundary } = await gatherEntityPolicies(deps.store, entity);
      const stored = typeof boundary === 'object' ? [...identity, boundary] : identity;
      const further = readInputPolicies(PolicyInputList, { parameter: 'PolicyInputList', type: 'inline' });
      return { ContextKeyNames: [...keysAskedFor([...stored.map(readStoredPolicy), ...further])] };
    },
  });
}

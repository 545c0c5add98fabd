import {
  type GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicy$,
  type GetContextKeysForPrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { gatherEntityPolicies } from '../../evaluation/entity.ts';
import { keysAskedFor, readInputPolicies, readStoredPolicies } from '../../evaluation/simulated-policy.ts';
import { makePause } from '../../kernel/pause.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { entityOperation } from './entity-operation.ts';

type Input = Decoded<GetContextKeysForPrincipalPolicyRequest>;

/**
 * GetContextKeysForPrincipalPolicy: the condition keys used by the policies of a user (with its groups), group or role, including its
 * boundary.
 */
export function getContextKeysForPrincipalPolicyOperation(deps: Pick<IamDependencies, 'store'>) {
  return entityOperation<Input, GetContextKeysForPolicyResponse>(deps, {
    schema: GetContextKeysForPrincipalPolicy$,
    parameter: 'Policy Source Arn',
    arn: (input) => input.PolicySourceArn,
    async handle({ PolicyInputList: texts }, _call, entity) {
      const pause = makePause();
      const { identity, boundary } = await gatherEntityPolicies(deps.store, entity);
      const stored = typeof boundary === 'object' ? [...identity, boundary] : identity;
      const further = await readInputPolicies({ texts, parameter: 'PolicyInputList', type: 'inline' }, pause);
      return { ContextKeyNames: [...keysAskedFor([...(await readStoredPolicies(stored, pause)), ...further])] };
    },
  });
}

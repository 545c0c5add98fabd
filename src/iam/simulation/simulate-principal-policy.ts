import {
  type OrderedOrganizationPolicyType,
  SimulatePrincipalPolicy$,
  type SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { organizationPlace } from '../../authorize/organization-standing.ts';
import { gatherEntityPolicies } from '../../evaluation/entity.ts';
import { entityCaller, namedCaller } from '../../evaluation/simulated-caller.ts';
import { makePause } from '../../kernel/pause.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { entityOperation } from './entity-operation.ts';
import { excludePolicies } from './policy-exclusions.ts';
import { runSimulation, type SimulationAnswer } from './run-simulation.ts';
import { readSimulation } from './simulation-input.ts';

type Input = Decoded<SimulatePrincipalPolicyRequest>;

/** SimulatePrincipalPolicy: what the policies of a user (with its groups), group or role allow. */
export function simulatePrincipalPolicyOperation(deps: Pick<IamDependencies, 'store'>) {
  return entityOperation<Input, SimulationAnswer>(deps, {
    schema: SimulatePrincipalPolicy$,
    parameter: 'Policy Source Arn',
    arn: (input) => input.PolicySourceArn,
    async handle(input, { now }, entity) {
      const pause = makePause();
      const { CallerArn = entity.arn } = input;
      const isItself = CallerArn.toLowerCase() === entity.arn.toLowerCase();
      const caller = isItself ? entityCaller(entity) : namedCaller(CallerArn);
      const gathered = await gatherEntityPolicies(deps.store, entity);
      const stored = excludePolicies(gathered, input.PolicyExclusionList ?? []);
      const isLinked = isItself && entity.type === 'role' && entity.role.linkedService !== undefined;
      const levels = isLinked ? {} : await levelsOf(deps, caller.accountId);
      return runSimulation(await readSimulation({ ...input, ...levels }, { caller, stored, now, pause }), input, pause);
    },
  });
}

/** The service control policies of the caller's account, by level, as the engine would ask them. */
async function levelsOf(
  { store }: Pick<IamDependencies, 'store'>,
  accountId: string,
): Promise<{ readonly OrderedOrganizationPolicyInputList?: readonly OrderedOrganizationPolicyType[] }> {
  const place = await organizationPlace({ store, dependOn: () => {} }, accountId);
  if (place?.serviceControl === undefined) return {};
  return {
    OrderedOrganizationPolicyInputList: place.serviceControl.map((level) => ({
      ServiceControlPolicyInputList: level.map(({ text }) => text),
    })),
  };
}

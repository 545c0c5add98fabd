import { SimulateCustomPolicy$, type SimulateCustomPolicyRequest } from '@aws-sdk/client-iam';
import { namedCaller } from '../../evaluation/simulated-caller.ts';
import { makePause } from '../../kernel/pause.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import { runSimulation, type SimulationAnswer } from './run-simulation.ts';
import { readSimulation } from './simulation-input.ts';

type Input = Decoded<SimulateCustomPolicyRequest>;

/** SimulateCustomPolicy: what the given policy texts would allow. Uses nothing from the store. */
export function simulateCustomPolicyOperation(): SignedOperation<Input, SimulationAnswer, undefined> {
  return signedOperation({
    schema: SimulateCustomPolicy$,
    readOnly: true,
    authorize: (_input, { caller }) => onAccount(SimulateCustomPolicy$, caller.accountId),
    async handle(input, { now }) {
      const pause = makePause();
      const caller = input.CallerArn === undefined ? undefined : namedCaller(input.CallerArn);
      return runSimulation(await readSimulation(input, { caller, now, pause }), input, pause);
    },
  });
}

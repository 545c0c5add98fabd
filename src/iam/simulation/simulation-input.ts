import type { ContextEntry } from '@aws-sdk/client-iam';
import type { GatheredPolicies } from '../../authorize/gather-policies.ts';
import type { Pause } from '../../kernel/pause.ts';
import type { ListInput } from '../list-output.ts';
import { readContextEntries } from './context-entries.ts';
import { invalidInput } from './invalid-input.ts';
import type { SimulatedCaller } from './simulated-caller.ts';
import { type PolicyInput, readSimulatedPolicies } from './simulated-policies.ts';
import {
  checkResourceHandling,
  isAboutTrust,
  readActions,
  readResourceOwner,
  readResources,
} from './simulated-resources.ts';
import type { Simulation } from './simulation.ts';

/** What both simulators take. */
export interface SimulationInput extends PolicyInput, ListInput {
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly ResourceHandlingOption?: string | undefined;
}

export interface SimulationSubject {
  readonly caller: SimulatedCaller | undefined;
  readonly stored?: GatheredPolicies;
  /** ms since the epoch. */
  readonly now: number;
  readonly pause: Pause;
}

/** Reads all that a simulation is asked. @throws {ServiceError} InvalidInput, PolicyEvaluation */
export async function readSimulation(input: SimulationInput, subject: SimulationSubject): Promise<Simulation> {
  const { caller, stored, now, pause } = subject;
  const actions = readActions(input.ActionNames);
  const resources = readResources(input.ResourceArns);
  checkResourceHandling(input.ResourceHandlingOption, resources);
  const hasResourcePolicy = input.ResourcePolicy !== undefined;
  if (hasResourcePolicy) requirePrincipal(caller);
  const ofTrust = hasResourcePolicy && isAboutTrust(actions, resources);
  const policies = await readSimulatedPolicies(input, { ...(stored ? { stored } : {}), isAboutTrust: ofTrust }, pause);
  const given = readContextEntries(input.ContextEntries ?? []);
  const ownerOfOthers = readResourceOwner(input.ResourceOwner) ?? caller?.accountId ?? '';
  return { actions, resources, policies, caller, given, ownerOfOthers, now };
}

/** A policy of resources names who may; without a caller whom it could name it says nothing. */
function requirePrincipal(caller: SimulatedCaller | undefined): void {
  if (caller === undefined) throw invalidInput('Invalid caller - CallerArn is required with a ResourcePolicy.');
  if (caller.type === 'group') {
    throw invalidInput('Invalid caller - Caller must be an IAM user or role in this context.');
  }
}

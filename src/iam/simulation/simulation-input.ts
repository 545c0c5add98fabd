import type { ContextEntry, OrderedOrganizationPolicyType } from '@aws-sdk/client-iam';
import type { GatheredPolicies } from '../../authorize/gather-policies.ts';
import { invalidInput } from '../../evaluation/invalid-input.ts';
import type { SimulatedCaller } from '../../evaluation/simulated-caller.ts';
import { type GivenPolicies, readSimulatedPolicies } from '../../evaluation/simulated-policies.ts';
import { isAboutTrust } from '../../evaluation/simulated-resources.ts';
import type { Simulation } from '../../evaluation/simulation.ts';
import type { Pause } from '../../kernel/pause.ts';
import type { ListInput } from '../list-output.ts';
import { readContextEntries } from './context-entries.ts';
import { checkResourceHandling, readActions, readResourceOwner, readResources } from './simulated-resources.ts';

/** The policy parameters of both simulators. */
interface PolicyInput {
  readonly PolicyInputList?: readonly string[] | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly OrderedOrganizationPolicyInputList?: readonly OrderedOrganizationPolicyType[] | undefined;
  readonly ResourcePolicy?: string | undefined;
}

/** The parameters of both simulators. */
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
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly pause: Pause;
}

/** Reads the input of a simulation. @throws {ServiceError} InvalidInput, PolicyEvaluation */
export async function readSimulation(input: SimulationInput, subject: SimulationSubject): Promise<Simulation> {
  const { caller, stored, now, pause } = subject;
  const actions = readActions(input.ActionNames);
  const resources = readResources(input.ResourceArns);
  checkResourceHandling(input.ResourceHandlingOption, resources);
  const hasResourcePolicy = input.ResourcePolicy !== undefined;
  if (hasResourcePolicy) requirePrincipal(caller);
  const ofTrust = hasResourcePolicy && isAboutTrust(actions, resources);
  const stage = { ...(stored ? { stored } : {}), isAboutTrust: ofTrust };
  const policies = await readSimulatedPolicies(givenPolicies(input), stage, pause);
  const given = readContextEntries(input.ContextEntries ?? []);
  const ownerOfOthers = readResourceOwner(input.ResourceOwner) ?? caller?.accountId ?? '';
  return { actions, resources, policies, caller, given, ownerOfOthers, now };
}

/** The policies of the input, each with the parameter it came in. */
function givenPolicies(input: PolicyInput): GivenPolicies {
  const { PolicyInputList, PermissionsBoundaryPolicyInputList, OrderedOrganizationPolicyInputList: levels } = input;
  const { ResourcePolicy } = input;
  return {
    identity: { texts: PolicyInputList, parameter: 'PolicyInputList' },
    boundary: { texts: PermissionsBoundaryPolicyInputList, parameter: 'PermissionsBoundaryPolicyInputList' },
    serviceControl: levels?.map(({ ServiceControlPolicyInputList: texts }, index) => ({
      texts,
      parameter: `OrderedOrganizationPolicyInputList.${index + 1}.ServiceControlPolicyInputList`,
    })),
    resource: ResourcePolicy === undefined ? undefined : { text: ResourcePolicy, id: 'ResourcePolicy' },
  };
}

/** Resource policies name principals, so they have no effect without a caller. */
function requirePrincipal(caller: SimulatedCaller | undefined): void {
  if (caller === undefined) throw invalidInput('Invalid caller - CallerArn is required with a ResourcePolicy.');
  if (caller.type === 'group') {
    throw invalidInput('Invalid caller - Caller must be an IAM user or role in this context.');
  }
}

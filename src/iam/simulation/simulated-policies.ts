import type { OrderedOrganizationPolicyType } from '@aws-sdk/client-iam';
import type { GatheredPolicies } from '../../authorize/gather-policies.ts';
import type { Pause } from '../../kernel/pause.ts';
import type { PolicyLayers } from '../../policy/combine/policy-layers.ts';
import type { PolicySource } from '../../policy/compile/compiled-policy.ts';
import type { PolicyDocument } from '../../policy/document/policy-document.ts';
import { invalidInput } from './invalid-input.ts';
import {
  type InputList,
  keysAskedFor,
  readInputPolicies,
  readInputPolicy,
  readStoredPolicies,
  readStoredPolicy,
  type SimulatedPolicy,
  setOf,
} from './simulated-policy.ts';

/** The policies of a simulation, as the engine takes them and as the answer tells of them. */
export interface SimulatedPolicies {
  readonly layers: PolicyLayers;
  /** All of them, as they were read. */
  readonly documents: readonly PolicyDocument[];
  /** By the source that the statements of a decision name; those of organisations are not told of. */
  readonly bySource: ReadonlyMap<PolicySource, SimulatedPolicy>;
  /** The condition keys that any of them asks for. */
  readonly keysAskedFor: readonly string[];
}

/** The policies that a request brings. */
export interface PolicyInput {
  readonly PolicyInputList?: readonly string[] | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly OrderedOrganizationPolicyInputList?: readonly OrderedOrganizationPolicyType[] | undefined;
  readonly ResourcePolicy?: string | undefined;
}

const NOTHING_STORED: GatheredPolicies = { identity: [], boundary: undefined };

/**
 * Puts together what is stored and what the request brings: further identity policies come on top, a boundary takes the
 * place of the stored one.
 * @throws {ServiceError} InvalidInput, PolicyEvaluation
 */
export async function readSimulatedPolicies(
  input: PolicyInput,
  { stored = NOTHING_STORED, isAboutTrust }: { stored?: GatheredPolicies; isAboutTrust: boolean },
  pause: Pause,
): Promise<SimulatedPolicies> {
  const further: InputList = { texts: input.PolicyInputList, parameter: 'PolicyInputList', type: 'inline' };
  const identity = [
    ...(await readStoredPolicies(stored.identity, pause)),
    ...(await readInputPolicies(further, pause)),
  ];
  const boundary =
    (await readBoundary(input.PermissionsBoundaryPolicyInputList, pause)) ?? readStoredBoundary(stored.boundary);
  const resource = await readResourcePolicy(input.ResourcePolicy, isAboutTrust, pause);
  const serviceControl = await readServiceControl(input.OrderedOrganizationPolicyInputList, pause);
  await pause();
  const told = [...identity, boundary, resource].filter((policy) => typeof policy === 'object');
  const all = [...told, ...(serviceControl ?? []).flat()];
  const kind = isAboutTrust ? 'trust' : 'resource';
  return {
    layers: {
      identity: setOf(identity),
      ...(boundary === undefined ? {} : { boundary: boundary === 'missing' ? boundary : setOf([boundary]) }),
      ...(resource === undefined ? {} : { resource: { kind, policies: setOf([resource]) } }),
      ...(serviceControl === undefined ? {} : { serviceControl: serviceControl.map(setOf) }),
    },
    documents: all.map(({ document }) => document),
    bySource: new Map(told.map((policy) => [policy.compiled.source, policy])),
    keysAskedFor: keysAskedFor(all),
  };
}

async function readBoundary(texts: readonly string[] | undefined, pause: Pause): Promise<SimulatedPolicy | undefined> {
  const parameter = 'PermissionsBoundaryPolicyInputList';
  const [boundary, ...others] = await readInputPolicies({ texts, parameter, type: 'boundary' }, pause);
  if (others.length > 0) throw invalidInput(`Invalid ${parameter}: only one permissions boundary can be in effect`);
  return boundary;
}

function readStoredBoundary(boundary: GatheredPolicies['boundary']): SimulatedPolicy | 'missing' | undefined {
  return typeof boundary === 'object' ? readStoredPolicy(boundary) : boundary;
}

async function readResourcePolicy(
  text: string | undefined,
  isAboutTrust: boolean,
  pause: Pause,
): Promise<SimulatedPolicy | undefined> {
  const kind = isAboutTrust ? 'trust' : 'resource';
  return text === undefined ? undefined : readInputPolicy({ text, id: 'ResourcePolicy', kind, type: kind }, pause);
}

/** The levels of an organisation, from its root down to the account; a level without policies allows nothing. */
async function readServiceControl(
  levels: readonly OrderedOrganizationPolicyType[] | undefined,
  pause: Pause,
): Promise<readonly (readonly SimulatedPolicy[])[] | undefined> {
  if (levels === undefined) return undefined;
  const read: (readonly SimulatedPolicy[])[] = [];
  for (const [index, { ServiceControlPolicyInputList: texts }] of levels.entries()) {
    const parameter = `OrderedOrganizationPolicyInputList.${index + 1}.ServiceControlPolicyInputList`;
    read.push(await readInputPolicies({ texts, parameter, type: 'scp' }, pause));
  }
  return read;
}

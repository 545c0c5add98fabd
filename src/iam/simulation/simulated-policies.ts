import type { OrderedOrganizationPolicyType } from '@aws-sdk/client-iam';
import type { GatheredPolicies } from '../../authorize/gather-policies.ts';
import type { PolicyLayers } from '../../policy/combine/policy-layers.ts';
import type { PolicySource } from '../../policy/compile/compiled-policy.ts';
import { invalidInput } from './invalid-input.ts';
import {
  keysAskedFor,
  readInputPolicies,
  readInputPolicy,
  readStoredPolicy,
  type SimulatedPolicy,
  setOf,
} from './simulated-policy.ts';

/** The policies of a simulation, as the engine takes them and as the answer tells of them. */
export interface SimulatedPolicies {
  readonly layers: PolicyLayers;
  /** How many statements there are in all of them. */
  readonly statements: number;
  /** How long their texts are, all together. */
  readonly characters: number;
  /** By the source that the statements of a decision name; those of organisations are not told of. */
  readonly bySource: ReadonlyMap<PolicySource, SimulatedPolicy>;
  /** The condition keys that they ask for, but for those of organisations. */
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
export function readSimulatedPolicies(
  input: PolicyInput,
  { stored = NOTHING_STORED, isAboutTrust }: { stored?: GatheredPolicies; isAboutTrust: boolean },
): SimulatedPolicies {
  const identity = [
    ...stored.identity.map(readStoredPolicy),
    ...readInputPolicies(input.PolicyInputList, { parameter: 'PolicyInputList', type: 'inline' }),
  ];
  const boundary = readBoundary(input.PermissionsBoundaryPolicyInputList) ?? readStoredBoundary(stored.boundary);
  const resource = readResourcePolicy(input.ResourcePolicy, isAboutTrust);
  const serviceControl = readServiceControl(input.OrderedOrganizationPolicyInputList);
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
    statements: all.reduce((sum, { compiled }) => sum + compiled.statements.length, 0),
    characters: all.reduce((sum, { document }) => sum + document.text.length, 0),
    bySource: new Map(told.map((policy) => [policy.compiled.source, policy])),
    keysAskedFor: keysAskedFor(told),
  };
}

function readBoundary(texts: readonly string[] | undefined): SimulatedPolicy | undefined {
  const parameter = 'PermissionsBoundaryPolicyInputList';
  const [boundary, ...others] = readInputPolicies(texts, { parameter, type: 'boundary' });
  if (others.length > 0) throw invalidInput(`Invalid ${parameter}: only one permissions boundary can be in effect`);
  return boundary;
}

function readStoredBoundary(boundary: GatheredPolicies['boundary']): SimulatedPolicy | 'missing' | undefined {
  return typeof boundary === 'object' ? readStoredPolicy(boundary) : boundary;
}

function readResourcePolicy(text: string | undefined, isAboutTrust: boolean): SimulatedPolicy | undefined {
  const kind = isAboutTrust ? 'trust' : 'resource';
  return text === undefined ? undefined : readInputPolicy({ text, id: 'ResourcePolicy', kind, type: kind });
}

/** The levels of an organisation, from its root down to the account; a level without policies allows nothing. */
function readServiceControl(
  levels: readonly OrderedOrganizationPolicyType[] | undefined,
): readonly (readonly SimulatedPolicy[])[] | undefined {
  return levels?.map(({ ServiceControlPolicyInputList: texts }, index) => {
    const parameter = `OrderedOrganizationPolicyInputList.${index + 1}.ServiceControlPolicyInputList`;
    return readInputPolicies(texts, { parameter, type: 'scp' });
  });
}

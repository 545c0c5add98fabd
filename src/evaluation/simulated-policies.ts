import type { GatheredPolicies } from '../authorize/gather-policies.ts';
import type { Pause } from '../kernel/pause.ts';
import type { PolicyLayers } from '../policy/combine/policy-layers.ts';
import type { PolicySource } from '../policy/compile/compiled-policy.ts';
import type { PolicyDocument } from '../policy/document/policy-document.ts';
import { invalidInput } from './invalid-input.ts';
import {
  keysAskedFor,
  type PolicyTexts,
  readInputPolicies,
  readInputPolicy,
  readStoredPolicies,
  readStoredPolicy,
  type SimulatedPolicy,
  setOf,
} from './simulated-policy.ts';

/** The policies of a simulation, in the forms that the engine and the response need. */
export interface SimulatedPolicies {
  readonly layers: PolicyLayers;
  /** All policies, parsed. */
  readonly documents: readonly PolicyDocument[];
  /** The policies by the source that a decision's statements name. Service control policies are left out, as responses never list them. */
  readonly bySource: ReadonlyMap<PolicySource, SimulatedPolicy>;
  /** The condition keys that any of the policies uses. */
  readonly keysAskedFor: readonly string[];
}

/** The policies given in the request. */
export interface GivenPolicies {
  readonly identity: PolicyTexts;
  readonly boundary: PolicyTexts;
  /** By level of the organisation tree, from its root down to the account. */
  readonly serviceControl: readonly PolicyTexts[] | undefined;
  readonly resource: { readonly text: string; readonly id: string } | undefined;
}

const NOTHING_STORED: GatheredPolicies = { identity: [], boundary: undefined };

/**
 * Combines the stored policies with those given in the request: given identity policies are added to the stored ones, and a given
 * boundary replaces the stored one.
 * @throws {ServiceError} InvalidInput, PolicyEvaluation
 */
export async function readSimulatedPolicies(
  given: GivenPolicies,
  { stored = NOTHING_STORED, isAboutTrust }: { stored?: GatheredPolicies; isAboutTrust: boolean },
  pause: Pause,
): Promise<SimulatedPolicies> {
  const identity = [
    ...(await readStoredPolicies(stored.identity, pause)),
    ...(await readInputPolicies({ ...given.identity, type: 'inline' }, pause)),
  ];
  const boundary = (await readBoundary(given.boundary, pause)) ?? readStoredBoundary(stored.boundary);
  const resource = await readResourcePolicy(given.resource, isAboutTrust, pause);
  const serviceControl = await readServiceControl(given.serviceControl, pause);
  await pause();
  const reportable = [...identity, boundary, resource].filter((policy) => typeof policy === 'object');
  const all = [...reportable, ...(serviceControl ?? []).flat()];
  const kind = isAboutTrust ? 'trust' : 'resource';
  return {
    layers: {
      identity: setOf(identity),
      ...(boundary === undefined ? {} : { boundary: boundary === 'missing' ? boundary : setOf([boundary]) }),
      ...(resource === undefined ? {} : { resource: { kind, policies: setOf([resource]) } }),
      ...(serviceControl === undefined ? {} : { serviceControl: serviceControl.map(setOf) }),
    },
    documents: all.map(({ document }) => document),
    bySource: new Map(reportable.map((policy) => [policy.compiled.source, policy])),
    keysAskedFor: keysAskedFor(all),
  };
}

async function readBoundary(given: PolicyTexts, pause: Pause): Promise<SimulatedPolicy | undefined> {
  const [boundary, ...others] = await readInputPolicies({ ...given, type: 'boundary' }, pause);
  if (others.length > 0) {
    throw invalidInput(`Invalid ${given.parameter}: only one permissions boundary can be in effect`);
  }
  return boundary;
}

function readStoredBoundary(boundary: GatheredPolicies['boundary']): SimulatedPolicy | 'missing' | undefined {
  return typeof boundary === 'object' ? readStoredPolicy(boundary) : boundary;
}

async function readResourcePolicy(
  given: GivenPolicies['resource'],
  isAboutTrust: boolean,
  pause: Pause,
): Promise<SimulatedPolicy | undefined> {
  const kind = isAboutTrust ? 'trust' : 'resource';
  return given && readInputPolicy({ ...given, kind, type: kind }, pause);
}

/** Reads the levels of an organisation, from its root down to the account. A level without policies allows nothing. */
async function readServiceControl(
  levels: readonly PolicyTexts[] | undefined,
  pause: Pause,
): Promise<readonly (readonly SimulatedPolicy[])[] | undefined> {
  if (levels === undefined) return undefined;
  const read: (readonly SimulatedPolicy[])[] = [];
  for (const level of levels) read.push(await readInputPolicies({ ...level, type: 'scp' }, pause));
  return read;
}

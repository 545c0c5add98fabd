import type { Pause } from '../kernel/pause.ts';
import { type Decision, decide, type PolicyLayers } from '../policy/combine/decide.ts';
import type { CompiledPolicy } from '../policy/compile/compiled-policy.ts';
import { compilePolicySet, type PolicySet } from '../policy/compile/policy-set.ts';
import { explain, type LayerVerdict, type Verdict } from '../policy/explain/explanation.ts';
import { matchesAction } from '../policy/match/match-action.ts';
import type { AuthorizationRequest, ContextValue, RequestPrincipal } from '../policy/request.ts';
import { type SimulatedCaller, simulatedContext } from './simulated-caller.ts';
import type { SimulatedPolicies } from './simulated-policies.ts';
import { ownerOf } from './simulated-resources.ts';

/** A simulation whose input has been parsed and validated. */
export interface Simulation {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly policies: SimulatedPolicies;
  /** `undefined` if the request names no caller. The simulation then assumes an unknown user of the account that owns the resource. */
  readonly caller: SimulatedCaller | undefined;
  readonly given: ReadonlyMap<string, ContextValue>;
  /** The account that owns resources whose ARN has no account id. Empty if unknown. */
  readonly ownerOfOthers: string;
  /** ms since the epoch. */
  readonly now: number;
}

/** The result for one action on one resource. */
export interface Evaluation {
  readonly scenario: ResourceScenario;
  readonly decision: Verdict;
  /** The verdict of each layer on its own. */
  readonly layers: readonly LayerVerdict[];
}

/** The parts of a simulated request that do not depend on the action. */
export interface ResourceScenario {
  readonly request: Omit<AuthorizationRequest, 'action'>;
  /** Whether the caller and the resource belong to different accounts. */
  readonly crossesAccounts: boolean;
  /** The condition keys that the policies use and that have no value, spelled as in their first use. */
  readonly missingKeys: readonly string[];
}

/** Sets up the scenario for each resource: principal, resource and context. */
export async function scenariosOf(simulation: Simulation, pause: Pause): Promise<readonly ResourceScenario[]> {
  const { caller, given, now, policies } = simulation;
  const scenarios: ResourceScenario[] = [];
  for (const resource of simulation.resources) {
    await pause();
    const resourceAccountId = ownerOf(resource, simulation.ownerOfOthers);
    const context = simulatedContext({ given, caller, resource, resourceAccountId, now });
    scenarios.push({
      request: {
        principal: caller?.principal ?? placeholderPrincipal(resourceAccountId),
        resource,
        resourceAccountId,
        context,
      },
      crossesAccounts: caller !== undefined && caller.accountId !== resourceAccountId,
      missingKeys: policies.keysAskedFor.filter((key) => context.get(key.toLowerCase()) === undefined),
    });
  }
  return scenarios;
}

function placeholderPrincipal(accountId: string): RequestPrincipal {
  return { type: 'User', arn: '', accountId, uniqueId: '' };
}

/** Decides one action on each resource, like the live engine. */
export async function evaluate(
  action: string,
  { scenarios, layers }: { scenarios: readonly ResourceScenario[]; layers: PolicyLayers },
  pause: Pause,
): Promise<readonly Evaluation[]> {
  await pause();
  const relevant = layersAbout(action, layers);
  const evaluations: Evaluation[] = [];
  for (const scenario of scenarios) {
    await pause();
    const request = { ...scenario.request, action };
    const decision = needsNoPermission(request) ? 'allowed' : verdictOf(decide(request, layers));
    await pause();
    const verdicts = explain({ request, layers: relevant }).layers;
    evaluations.push({ scenario, decision, layers: verdicts });
  }
  return evaluations;
}

/**
 * Whether the live server accepts this request without evaluating policies [aws-behaviour 17]. `GetSessionToken` is for users: role
 * sessions may not call it.
 */
function needsNoPermission({ action, principal }: AuthorizationRequest): boolean {
  const name = action.toLowerCase();
  if (name === 'sts:getcalleridentity') return true;
  return name === 'sts:getsessiontoken' && principal.type === 'User';
}

function verdictOf({ allowed, explicit }: Decision): Verdict {
  if (allowed) return 'allowed';
  return explicit ? 'explicitDeny' : 'implicitDeny';
}

/** The layers, reduced to statements that match the action, because an explanation goes through every statement. */
function layersAbout(action: string, layers: PolicyLayers): PolicyLayers {
  const about = (set: PolicySet): PolicySet => compilePolicySet(policiesAbout(action, set.policies));
  const { identity, boundary, resource, serviceControl } = layers;
  return {
    identity: about(identity),
    ...(boundary === undefined ? {} : { boundary: boundary === 'missing' ? boundary : about(boundary) }),
    ...(resource === undefined ? {} : { resource: { ...resource, policies: about(resource.policies) } }),
    ...(serviceControl === undefined ? {} : { serviceControl: serviceControl.map(about) }),
  };
}

function policiesAbout(action: string, policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] {
  const found: CompiledPolicy[] = [];
  for (const policy of policies) {
    const statements = policy.statements.filter((statement) => matchesAction(statement, action));
    if (statements.length > 0 || policy.error) found.push({ ...policy, statements });
  }
  return found;
}

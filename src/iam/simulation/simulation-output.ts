import type { EvaluationResult, ResourceSpecificResult } from '@aws-sdk/client-iam';
import type { SimulatedPolicies } from '../../evaluation/simulated-policies.ts';
import type { SimulatedPolicy } from '../../evaluation/simulated-policy.ts';
import { namesResources } from '../../evaluation/simulated-resources.ts';
import type { Evaluation, Simulation } from '../../evaluation/simulation.ts';
import type { CompiledStatement, PolicySource } from '../../policy/compile/compiled-policy.ts';
import type { LayerVerdict, Verdict } from '../../policy/explain/explanation.ts';
import { nameOfAll } from './resource-names.ts';
import { type StatementPosition, statementPositions } from './statement-position.ts';

/** A statement as the answer tells of it. AWS calls the types of policies other than the SDK's enumeration does. */
interface ShownStatement extends StatementPosition {
  readonly SourcePolicyId: string;
  readonly SourcePolicyType: string;
}

type WithStatements<Result> = Omit<Result, 'MatchedStatements'> & {
  readonly MatchedStatements: readonly ShownStatement[];
};
export type ShownResourceResult = WithStatements<ResourceSpecificResult>;
export type ShownResult = Omit<WithStatements<EvaluationResult>, 'ResourceSpecificResults'> & {
  readonly ResourceSpecificResults?: readonly ShownResourceResult[];
};

const IDENTITY = 'IAM Policy';
const RESOURCE = 'Resource Policy';
const BOUNDARY = 'Permissions Boundary Policy';

/** How the answer calls the types of policies; what stands not here it does not tell of. */
const SHOWN_TYPES = new Map<PolicySource['type'], string>([
  ['inline', IDENTITY],
  ['managed', IDENTITY],
  ['resource', RESOURCE],
  ['trust', RESOURCE],
  ['boundary', BOUNDARY],
]);

/** Tells of statements; not of those that nobody is told of. */
type ShowStatement = (statement: CompiledStatement) => ShownStatement | undefined;

function statementShower({ bySource }: SimulatedPolicies): ShowStatement {
  const bySourceShown = new Map<PolicySource, readonly ShownStatement[]>();
  return ({ source, index }) => {
    const shown = bySourceShown.get(source) ?? shownStatements(source, bySource.get(source));
    bySourceShown.set(source, shown);
    return shown[index];
  };
}

function shownStatements(source: PolicySource, policy: SimulatedPolicy | undefined): readonly ShownStatement[] {
  const type = SHOWN_TYPES.get(source.type);
  if (policy === undefined || type === undefined) return [];
  const { id: SourcePolicyId, document } = policy;
  return statementPositions(document).map((position) => ({ SourcePolicyId, SourcePolicyType: type, ...position }));
}

/** What the answer on every action has in common. */
export interface AnswerForm {
  /** Whether it tells of each resource. */
  readonly namesResources: boolean;
  /** How it calls all resources together. */
  readonly resourceName: string;
  readonly show: ShowStatement;
}

export function answerForm({ resources, policies }: Simulation): AnswerForm {
  return {
    namesResources: namesResources(resources),
    resourceName: nameOfAll(resources),
    show: statementShower(policies),
  };
}

/** The answer on one action: what holds for all resources together, and for each of those that were named. */
export function resultOf(action: string, evaluations: readonly Evaluation[], form: AnswerForm): ShownResult {
  const { show } = form;
  const decision = mostRestrictive(evaluations.map((each) => each.decision));
  // only what made the decision: where nothing allows, no statement did
  const deciding = decision === 'implicitDeny' ? [] : evaluations.filter((each) => each.decision === decision);
  const organizations = organizationsWord(evaluations);
  const summary: ShownResult = {
    EvalActionName: action,
    EvalResourceName: form.resourceName,
    EvalDecision: decision,
    MatchedStatements: [...new Set(deciding.flatMap((each) => statementsOf(each, show)))],
    MissingContextValues: [...new Set(evaluations.flatMap(({ scene }) => scene.missingKeys))],
    ...(organizations === undefined ? {} : { OrganizationsDecisionDetail: { AllowedByOrganizations: organizations } }),
    ...boundaryDetail(evaluations),
  };
  if (!form.namesResources) return summary;
  const details = evaluations.map(decisionDetails).filter((each) => each !== undefined);
  return {
    ...summary,
    ...(organizations === false ? {} : { EvalDecisionDetails: mergeDetails(details) }),
    ResourceSpecificResults: evaluations.map((each) => resourceResult(each, show)),
  };
}

function resourceResult(evaluation: Evaluation, show: ShowStatement): ShownResourceResult {
  const { scene, decision } = evaluation;
  const details = decisionDetails(evaluation);
  return {
    EvalResourceName: scene.request.resource,
    EvalResourceDecision: decision,
    MatchedStatements: statementsOf(evaluation, show),
    MissingContextValues: [...scene.missingKeys],
    ...(details === undefined ? {} : { EvalDecisionDetails: details }),
    ...boundaryDetail([evaluation]),
  };
}

/** The statements that deny, or else those that allow: a boundary's are told of only where they deny, since it grants nothing. */
function statementsOf({ decision, layers }: Evaluation, show: ShowStatement): readonly ShownStatement[] {
  const wanted = decision === 'explicitDeny' ? 'explicitDeny' : 'allowed';
  return layers
    .filter(({ layer, verdict }) => verdict === wanted && (layer !== 'boundary' || verdict === 'explicitDeny'))
    .flatMap(({ statements }) => statements.map(show))
    .filter((shown) => shown !== undefined);
}

const RESTRICTION: readonly Verdict[] = ['allowed', 'implicitDeny', 'explicitDeny'];

function mostRestrictive(verdicts: readonly Verdict[]): Verdict {
  return RESTRICTION.findLast((each) => verdicts.includes(each)) ?? 'implicitDeny';
}

/** Whether every level of the organisation allows; `undefined` where no organisation takes part. */
function organizationsWord(evaluations: readonly Evaluation[]): boolean | undefined {
  const levels = evaluations.flatMap(({ layers }) => layers.filter(({ layer }) => layer === 'scp'));
  return levels.length === 0 ? undefined : levels.every(isAllowing);
}

function boundaryDetail(
  evaluations: readonly Evaluation[],
): Pick<EvaluationResult, 'PermissionsBoundaryDecisionDetail'> {
  const boundaries = evaluations.flatMap(({ layers }) => layers.filter(({ layer }) => layer === 'boundary'));
  if (boundaries.length === 0) return {};
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: boundaries.every(isAllowing) } };
}

function isAllowing({ verdict }: LayerVerdict): boolean {
  return verdict === 'allowed';
}

type Details = Record<string, Verdict>;

/** What each type of policy says, where two accounts have a say, and the organisation has not ended it already. */
function decisionDetails(evaluation: Evaluation): Details | undefined {
  if (!evaluation.scene.crossesAccounts || organizationsWord([evaluation]) === false) return undefined;
  // a resource without a policy allows nobody from outside
  const details: Details = { [IDENTITY]: 'implicitDeny', [RESOURCE]: 'implicitDeny' };
  for (const { layer, verdict } of evaluation.layers) {
    if (layer === 'identity') details[IDENTITY] = verdict;
    else if (layer === 'boundary') details[BOUNDARY] = verdict;
    else if (layer === 'resource' || layer === 'trust') details[RESOURCE] = verdict;
  }
  return details;
}

function mergeDetails(all: readonly Details[]): Details {
  const merged: Details = {};
  for (const details of all) {
    for (const [type, verdict] of Object.entries(details)) {
      merged[type] = mostRestrictive([verdict, merged[type] ?? verdict]);
    }
  }
  return merged;
}

/** How many members a result has to tell of. */
export function sizeOf({
  MatchedStatements,
  MissingContextValues = [],
  ResourceSpecificResults = [],
}: ShownResult): number {
  const own = 1 + MatchedStatements.length + MissingContextValues.length;
  return ResourceSpecificResults.reduce(
    (sum, result) => sum + 1 + result.MatchedStatements.length + (result.MissingContextValues ?? []).length,
    own,
  );
}

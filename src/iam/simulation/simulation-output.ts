import type { EvaluationResult, ResourceSpecificResult } from '@aws-sdk/client-iam';
import type { SimulatedPolicies } from '../../evaluation/simulated-policies.ts';
import type { SimulatedPolicy } from '../../evaluation/simulated-policy.ts';
import { namesResources } from '../../evaluation/simulated-resources.ts';
import type { Evaluation, Simulation } from '../../evaluation/simulation.ts';
import type { CompiledStatement, PolicySource } from '../../policy/compile/compiled-policy.ts';
import type { LayerVerdict, Verdict } from '../../policy/explain/explanation.ts';
import { nameOfAll } from './resource-names.ts';
import { type StatementPosition, statementPositions } from './statement-position.ts';

/** A statement as the answer shows it. AWS's names for the types of policies differ from the SDK's enumeration. */
interface StatementOutput extends StatementPosition {
  readonly SourcePolicyId: string;
  readonly SourcePolicyType: string;
}

type WithStatements<Result> = Omit<Result, 'MatchedStatements'> & {
  readonly MatchedStatements: readonly StatementOutput[];
};
export type ResourceResultOutput = WithStatements<ResourceSpecificResult>;
export type ResultOutput = Omit<WithStatements<EvaluationResult>, 'ResourceSpecificResults'> & {
  readonly ResourceSpecificResults?: readonly ResourceResultOutput[];
};

const IDENTITY = 'IAM Policy';
const RESOURCE = 'Resource Policy';
const BOUNDARY = 'Permissions Boundary Policy';

/** The answer's names for the types of policies. Types that are not listed here are not shown. */
const SHOWN_TYPES = new Map<PolicySource['type'], string>([
  ['inline', IDENTITY],
  ['managed', IDENTITY],
  ['resource', RESOURCE],
  ['trust', RESOURCE],
  ['boundary', BOUNDARY],
]);

/** Shows a statement; `undefined` for one that must not be shown. */
type ToStatementOutput = (statement: CompiledStatement) => StatementOutput | undefined;

function statementOutputBySource({ bySource }: SimulatedPolicies): ToStatementOutput {
  const outputBySource = new Map<PolicySource, readonly StatementOutput[]>();
  return ({ source, index }) => {
    const shown = outputBySource.get(source) ?? statementOutputs(source, bySource.get(source));
    outputBySource.set(source, shown);
    return shown[index];
  };
}

function statementOutputs(source: PolicySource, policy: SimulatedPolicy | undefined): readonly StatementOutput[] {
  const type = SHOWN_TYPES.get(source.type);
  if (policy === undefined || type === undefined) return [];
  const { id: SourcePolicyId, document } = policy;
  return statementPositions(document).map((position) => ({ SourcePolicyId, SourcePolicyType: type, ...position }));
}

/** What the results of all actions have in common. */
export interface AnswerForm {
  /** Whether each resource is listed. */
  readonly namesResources: boolean;
  /** The name for all resources together. */
  readonly resourceName: string;
  readonly show: ToStatementOutput;
}

export function answerForm({ resources, policies }: Simulation): AnswerForm {
  return {
    namesResources: namesResources(resources),
    resourceName: nameOfAll(resources),
    show: statementOutputBySource(policies),
  };
}

/** The result for one action: the decision for all resources together, and for each named resource. */
export function resultOf(action: string, evaluations: readonly Evaluation[], form: AnswerForm): ResultOutput {
  const { show } = form;
  const decision = mostRestrictive(evaluations.map((each) => each.decision));
  // only evaluations with this decision; if nothing allows the action, no statement decided it
  const deciding = decision === 'implicitDeny' ? [] : evaluations.filter((each) => each.decision === decision);
  const organizations = organizationsWord(evaluations);
  const summary: ResultOutput = {
    EvalActionName: action,
    EvalResourceName: form.resourceName,
    EvalDecision: decision,
    MatchedStatements: [...new Set(deciding.flatMap((each) => statementsOf(each, show)))],
    MissingContextValues: [...new Set(evaluations.flatMap(({ scenario }) => scenario.missingKeys))],
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

function resourceResult(evaluation: Evaluation, show: ToStatementOutput): ResourceResultOutput {
  const { scenario, decision } = evaluation;
  const details = decisionDetails(evaluation);
  return {
    EvalResourceName: scenario.request.resource,
    EvalResourceDecision: decision,
    MatchedStatements: statementsOf(evaluation, show),
    MissingContextValues: [...scenario.missingKeys],
    ...(details === undefined ? {} : { EvalDecisionDetails: details }),
    ...boundaryDetail([evaluation]),
  };
}

/** The statements that deny, or else those that allow. A boundary's statements are only shown if they deny, since it grants nothing. */
function statementsOf({ decision, layers }: Evaluation, show: ToStatementOutput): readonly StatementOutput[] {
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

/** Whether every level of the organisation allows; `undefined` if no organisation is involved. */
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

/** The decision of each type of policy, if two accounts are involved and the organisation has not already denied. */
function decisionDetails(evaluation: Evaluation): Details | undefined {
  if (!evaluation.scenario.crossesAccounts || organizationsWord([evaluation]) === false) return undefined;
  // a resource without a policy allows no one from another account
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

/** The number of members in a result. */
export function sizeOf({
  MatchedStatements,
  MissingContextValues = [],
  ResourceSpecificResults = [],
}: ResultOutput): number {
  const own = 1 + MatchedStatements.length + MissingContextValues.length;
  return ResourceSpecificResults.reduce(
    (sum, result) => sum + 1 + result.MatchedStatements.length + (result.MissingContextValues ?? []).length,
    own,
  );
}

import { evaluate, type Simulation, scenariosOf } from '../../evaluation/simulation.ts';
import { actionsPerAnswer, tooLarge } from '../../evaluation/simulation-cost.ts';
import { DEFAULT_MAX_ITEMS } from '../../identity/rules/paging.ts';
import type { Pause } from '../../kernel/pause.ts';
import { type ListInput, type Truncation, truncation } from '../list-output.ts';
import { markerAfter, startOfPage } from './numbered-page.ts';
import { answerForm, type ResultOutput, resultOf, sizeOf } from './simulation-output.ts';

export interface SimulationAnswer extends Truncation {
  readonly EvaluationResults: readonly ResultOutput[];
}

/** How many members (statements, keys, results of resources) an answer may contain; it is written in one piece. */
const MAX_MEMBERS = 5_000;
const LIST = 'SimulatePolicy';

/**
 * Runs a simulation from the marker on: one result per action, for as many actions as an answer can hold.
 * @throws {ServiceError} InvalidInput if a single action is already too much.
 */
export async function runSimulation(simulation: Simulation, page: ListInput, pause: Pause): Promise<SimulationAnswer> {
  const { actions, policies } = simulation;
  const from = startOfPage(LIST, page.Marker, actions.length);
  const limit = Math.min(page.MaxItems ?? DEFAULT_MAX_ITEMS, actionsPerAnswer(simulation));
  const stage = { scenarios: await scenariosOf(simulation, pause), layers: policies.layers };
  const form = answerForm(simulation);
  const results: ResultOutput[] = [];
  let members = 0;
  for (const action of actions.slice(from, from + limit)) {
    const evaluations = await evaluate(action, stage, pause);
    await pause();
    const result = resultOf(action, evaluations, form);
    members += sizeOf(result);
    if (members > MAX_MEMBERS) break;
    results.push(result);
  }
  if (results.length === 0) throw tooLarge();
  const next = markerAfter(LIST, from + results.length, actions.length);
  return { EvaluationResults: results, ...truncation({ items: results, ...next }) };
}

import { setImmediate } from 'node:timers/promises';
import { DEFAULT_MAX_ITEMS } from '../../identity/paging.ts';
import { type ListInput, type Truncation, truncation } from '../list-output.ts';
import { invalidInput } from './invalid-input.ts';
import { markerAfter, startOfPage } from './numbered-page.ts';
import { evaluate, type Simulation, scenesOf } from './simulation.ts';
import { answerForm, resultOf, type ShownResult } from './simulation-output.ts';

export interface SimulationAnswer extends Truncation {
  readonly EvaluationResults: readonly ShownResult[];
}

/**
 * What a simulation costs, in characters of policies for each action on each resource: it bounds the time that an answer takes
 * and the size that it has, whatever the policies are made of.
 */
const MOST_PER_ANSWER = 25_000_000;
const MOST_PER_ACTION = 12_000_000;
/** What a result costs by itself, and what a statement and a condition key that it may tell of, in such characters. */
const OF_RESULT = 1_000;
const OF_STATEMENT = 250;
const OF_KEY = 100;
/** After so much of it others have their turn. */
const AT_A_STRETCH = 2_000_000;
const LIST = 'SimulatePolicy';

/**
 * Runs a simulation from where the marker says: one result for each action.
 * @throws {ServiceError} InvalidInput where one action alone is too much.
 */
export async function runSimulation(simulation: Simulation, page: ListInput): Promise<SimulationAnswer> {
  const { actions, policies } = simulation;
  const perAction = costOf(simulation);
  if (perAction > MOST_PER_ACTION) {
    throw invalidInput('The simulation is too large: name fewer resources, or give fewer or shorter policies.');
  }
  const from = startOfPage(LIST, page.Marker, actions.length);
  const to = from + Math.min(page.MaxItems ?? DEFAULT_MAX_ITEMS, Math.floor(MOST_PER_ANSWER / perAction));
  const scenes = scenesOf(simulation);
  const form = answerForm(simulation);
  const results: ShownResult[] = [];
  let atAStretch = 0;
  for (const action of actions.slice(from, to)) {
    results.push(resultOf(action, evaluate(action, scenes, policies.layers), form));
    atAStretch += perAction;
    if (atAStretch >= AT_A_STRETCH) {
      atAStretch = 0;
      await setImmediate();
    }
  }
  return { EvaluationResults: results, ...truncation({ items: results, ...markerAfter(LIST, to, actions.length) }) };
}

function costOf({ resources, policies }: Simulation): number {
  const { characters, statements, keysAskedFor } = policies;
  const perResult = OF_RESULT + characters + OF_STATEMENT * statements + OF_KEY * keysAskedFor.length;
  return resources.length * perResult;
}

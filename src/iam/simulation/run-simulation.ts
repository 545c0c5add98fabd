import { setImmediate } from 'node:timers/promises';
import { DEFAULT_MAX_ITEMS, invalidMarker, makeMarker, readMarker } from '../../identity/paging.ts';
import { type ListInput, type Truncation, truncation } from '../list-output.ts';
import { invalidInput } from './invalid-input.ts';
import { evaluate, type Simulation, scenesOf } from './simulation.ts';
import { answerForm, resultOf, type ShownResult } from './simulation-output.ts';

export interface SimulationAnswer extends Truncation {
  readonly EvaluationResults: readonly ShownResult[];
}

/**
 * The most that one answer goes through, in characters of policies for each action on each resource: what bounds the time that it
 * takes and the size that it has, whatever the policies are made of.
 */
const MOST_PER_ANSWER = 15_000_000;
/** What a result costs by itself, in such characters. */
const OF_RESULT = 200;
/** After so much of it others have their turn. */
const AT_A_STRETCH = 2_000_000;
const LIST = 'SimulatePolicy';

/**
 * Runs a simulation from where the marker says: one result for each action.
 * @throws {ServiceError} InvalidInput where one action alone is too much.
 */
export async function runSimulation(simulation: Simulation, page: ListInput): Promise<SimulationAnswer> {
  const { actions, resources, policies } = simulation;
  const perAction = resources.length * (policies.characters + OF_RESULT);
  if (perAction > MOST_PER_ANSWER) {
    throw invalidInput('The simulation is too large: name fewer resources, or give fewer or shorter policies.');
  }
  const from = page.Marker === undefined ? 0 : positionOf(page.Marker, actions.length);
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
  const left = to < actions.length ? { marker: makeMarker(LIST, String(to)) } : {};
  return { EvaluationResults: results, ...truncation({ items: results, ...left }) };
}

function positionOf(marker: string, length: number): number {
  const position = Number(readMarker(LIST, marker));
  if (!Number.isInteger(position) || position < 0 || position >= length) throw invalidMarker();
  return position;
}

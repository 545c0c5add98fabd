import { setImmediate } from 'node:timers/promises';
import { DEFAULT_MAX_ITEMS, invalidMarker, makeMarker, readMarker } from '../../identity/paging.ts';
import { type ListInput, type Truncation, truncation } from '../list-output.ts';
import { evaluate, type Simulation, scenesOf } from './simulation.ts';
import { answerForm, resultOf, type ShownResult } from './simulation-output.ts';

export interface SimulationAnswer extends Truncation {
  readonly EvaluationResults: readonly ShownResult[];
}

/** The most actions × resources that one answer tells of, but for a single action, which is told of whole. */
const MOST_PER_ANSWER = 10_000;
/** After so many evaluations others have their turn. */
const AT_A_STRETCH = 500;
const LIST = 'SimulatePolicy';

/** Runs a simulation from where the marker says: one result for each action. */
export async function runSimulation(simulation: Simulation, page: ListInput): Promise<SimulationAnswer> {
  const { actions, policies } = simulation;
  const from = page.Marker === undefined ? 0 : positionOf(page.Marker, actions.length);
  const scenes = scenesOf(simulation);
  const fitting = Math.max(1, Math.floor(MOST_PER_ANSWER / scenes.length));
  const to = from + Math.min(page.MaxItems ?? DEFAULT_MAX_ITEMS, fitting);
  const form = answerForm(simulation);
  const results: ShownResult[] = [];
  let atAStretch = 0;
  for (const action of actions.slice(from, to)) {
    const evaluations = evaluate(action, scenes, policies.layers);
    results.push(resultOf(action, evaluations, form));
    atAStretch += scenes.length;
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

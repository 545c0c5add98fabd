import type { PolicyDocument, PolicyText } from '../policy/document/policy-document.ts';
import type { ContextValue } from '../policy/request.ts';
import { invalidInput } from './invalid-input.ts';
import type { Simulation } from './simulation.ts';

/**
 * Steps are what it takes at the worst, of some nanoseconds each. One action on one resource is decided at a stretch, and keeps all
 * others waiting for so long; an answer as a whole must not take a process for itself either.
 */
const MOST_PER_RESULT = 5_000_000;
const MOST_PER_ANSWER = 50_000_000;
/** What a result costs by itself, and what a statement and a condition key that it may tell of. */
const OF_RESULT = 1_000;
const OF_STATEMENT = 250;
const OF_KEY = 100;
/** What it costs to try a character of a condition's values on a value of its key: reading dates and addresses takes the most. */
const OF_VALUE = 10;
/** What each character of such a value adds to that. */
const OF_CHARACTER = 1 / 8;
/** What it costs to try a character of a pattern on one of a text, where wildcards have many ways to match. */
const OF_HARD_PATTERN = 2;

/**
 * How many actions one answer may be about.
 * @throws {ServiceError} InvalidInput where one is too much.
 */
export function actionsPerAnswer(simulation: Simulation): number {
  const { resources, policies, given } = simulation;
  const texts = policies.documents;
  const statements = texts.flatMap((document) => document.statements);
  const hard = charactersOf(statements.flatMap(({ resource }) => resource?.values ?? []).filter(isHard));
  const hardActions = charactersOf(statements.flatMap(({ action }) => action?.values ?? []).filter(isHard));
  const longestAction = Math.max(...simulation.actions.map((action) => action.length));
  const each =
    OF_RESULT +
    texts.reduce((sum, { text }) => sum + text.length, 0) +
    OF_STATEMENT * statements.length +
    OF_KEY * policies.keysAskedFor.length +
    OF_HARD_PATTERN * longestAction * hardActions +
    costOfConditions(statements, given);
  let perAction = 0;
  for (const resource of resources) {
    const cost = each + OF_HARD_PATTERN * resource.length * hard;
    if (cost > MOST_PER_RESULT) throw tooLarge();
    perAction += cost;
  }
  if (perAction > MOST_PER_ANSWER) throw tooLarge();
  return Math.floor(MOST_PER_ANSWER / perAction);
}

/** The refusal of what would take too long, or tell too much. */
export function tooLarge() {
  return invalidInput(
    'The simulation is too large: name fewer resources, or give fewer or shorter policies and context values.',
  );
}

/** Patterns with `?`, with wildcards before the resource's part of an ARN, or with variables. */
function isHard({ text }: PolicyText): boolean {
  return /\?|\$\{|^(?:[^:]*:){0,4}[^:]*[*?][^:]/.test(text);
}

function charactersOf(texts: readonly PolicyText[]): number {
  return texts.reduce((sum, { text }) => sum + text.length, 0);
}

/** Every value of a condition may be tried on every value of its key, or of the keys whose variables stand in it. */
function costOfConditions(statements: PolicyDocument['statements'], given: Simulation['given']): number {
  const costs = new Map([...given].map(([key, value]) => [key, costsOfKey(value)]));
  const all = [...costs.values()];
  const most = {
    plain: Math.max(0, ...all.map(({ plain }) => plain)),
    hard: Math.max(0, ...all.map(({ hard }) => hard)),
  };
  let cost = 0;
  for (const { key, values } of statements.flatMap(({ conditions }) => conditions)) {
    const { plain, hard } = costs.get(key.toLowerCase()) ?? NOT_GIVEN;
    for (const { text } of values) {
      const perCharacter = (text.includes('?') ? hard : plain) + (text.includes('${') ? most.plain : 0);
      cost += text.length * perCharacter;
    }
  }
  return cost;
}

interface CostsOfKey {
  readonly plain: number;
  readonly hard: number;
}

const NOT_GIVEN: CostsOfKey = { plain: 0, hard: 0 };

function costsOfKey(value: ContextValue): CostsOfKey {
  const values = [value].flat();
  const of = (ofCharacter: number): number =>
    values.reduce((sum, text) => sum + OF_VALUE + ofCharacter * text.length, 0);
  return { plain: of(OF_CHARACTER), hard: of(OF_HARD_PATTERN) };
}

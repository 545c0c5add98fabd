import type { PolicyDocument, PolicyText } from '../policy/document/policy-document.ts';
import type { ContextValue } from '../policy/request.ts';
import { invalidInput } from './invalid-input.ts';
import type { Simulation } from './simulation.ts';

/**
 * Limits in worst-case steps of a few nanoseconds each. One action on one resource is decided without a pause, and blocks all other
 * requests for that time; a response as a whole must not monopolise a process either.
 */
const MAX_PER_RESULT = 5_000_000;
const MAX_PER_ANSWER = 50_000_000;
/** The costs of a result itself, and of each statement and condition key that it may list. */
const OF_RESULT = 1_000;
const OF_STATEMENT = 250;
const OF_KEY = 100;
/** The cost of matching one character of a condition's values against a value of its key. Parsing dates and addresses costs the most. */
const OF_VALUE = 10;
/** What each character of the key's value adds to that. */
const OF_CHARACTER = 1 / 8;
/** The cost of matching one character of a pattern against one of a text if wildcards can match in many ways. */
const OF_HARD_PATTERN = 2;

/**
 * How many actions one response may cover.
 * @throws {ServiceError} InvalidInput if even one is too expensive.
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
    if (cost > MAX_PER_RESULT) throw tooLarge();
    perAction += cost;
  }
  if (perAction > MAX_PER_ANSWER) throw tooLarge();
  return Math.floor(MAX_PER_ANSWER / perAction);
}

/** The error for a simulation that would take too long or return too much. */
export function tooLarge() {
  return invalidInput(
    'The simulation is too large: name fewer resources, or give fewer or shorter policies and context values.',
  );
}

/** Whether a pattern is expensive: it has a `?`, wildcards before the resource part of an ARN, or variables. */
function isHard({ text }: PolicyText): boolean {
  return /\?|\$\{|^(?:[^:]*:){0,4}[^:]*[*?][^:]/.test(text);
}

function charactersOf(texts: readonly PolicyText[]): number {
  return texts.reduce((sum, { text }) => sum + text.length, 0);
}

/** Every value of a condition may be matched against every value of its key, or of the keys whose variables it contains. */
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

import { matchesAction, matchesActionAt } from '../match/match-action.ts';
import { endOf, type PatternList } from '../match/pattern-list.ts';
import type { CompiledPolicy, CompiledStatement } from './compiled-policy.ts';
import { type IndexedPattern, PrefixIndex } from './prefix-index.ts';

/** The indexed policies of one layer (for example, all identity policies of a principal). Immutable. */
export interface PolicySet {
  readonly policies: readonly CompiledPolicy[];
  /** A policy that could not be parsed; it denies everything the set applies to. */
  readonly unreadable: CompiledPolicy | undefined;
  /**
   * A superset of the statements about an action (`service:Action`, ignoring case) and a resource. A statement may
   * appear more than once if several of its patterns match.
   */
  candidates(action: string, resource: string): readonly Candidate[];
  statementOf(candidate: Candidate): CompiledStatement;
  /** Whether the candidate's statement covers the action for which it was found. */
  isAbout(candidate: Candidate, statement: CompiledStatement, action: string): boolean;
}

/** A statement of a set and, if not negative, which of its actions may match. Only its set can interpret the number. */
export type Candidate = number;

/** Up to this many action patterns, a linear scan is as fast as an index and takes less memory. */
const UNINDEXED_PATTERNS = 16;
/** From this many candidates by action, the candidates by resource are used instead if there are fewer. */
const MANY_CANDIDATES = 16;

const NO_STATEMENTS: readonly CompiledStatement[] = [];

/** Combines policies into a set. Their order does not matter. */
export function compilePolicySet(policies: readonly CompiledPolicy[]): PolicySet {
  return new IndexedPolicySet(policies);
}

class IndexedPolicySet implements PolicySet {
  readonly policies: readonly CompiledPolicy[];
  readonly unreadable: CompiledPolicy | undefined;
  readonly #statements: readonly CompiledStatement[];
  readonly #byAction: PrefixIndex | undefined;
  /** Created on first use: in most sets, no action has many statements. */
  #byResource: PrefixIndex | undefined;
  // A layer is asked first for a deny, then for an allow. Only the last result is cached: computing one takes about
  // as long as looking it up among several.
  #lastAction: string | undefined;
  #lastResource: string | undefined;
  #lastAnswer: readonly Candidate[] = [];

  constructor(policies: readonly CompiledPolicy[]) {
    this.policies = policies;
    this.unreadable = policies.find((policy) => policy.error !== undefined);
    const [only] = policies;
    this.#statements =
      only && policies.length === 1
        ? only.statements
        : NO_STATEMENTS.concat(...policies.map(({ statements }) => statements));
    const patterns = this.#statements.flatMap(actionPatterns);
    this.#byAction = patterns.length > UNINDEXED_PATTERNS ? new PrefixIndex(patterns) : undefined;
  }

  candidates(action: string, resource: string): readonly Candidate[] {
    if (this.#byAction === undefined) return wholeStatements(this.#statements.length);
    if (action !== this.#lastAction || resource !== this.#lastResource) {
      const found = this.#byAction.find(action);
      this.#lastAnswer = found.length > MANY_CANDIDATES ? this.#narrow(found, resource) : found;
      this.#lastAction = action;
      this.#lastResource = resource;
    }
    return this.#lastAnswer;
  }

  statementOf(candidate: Candidate): CompiledStatement {
    const number = candidate < 0 ? ~candidate : (this.#byAction as PrefixIndex).statementOf(candidate);
    return this.#statements[number] as CompiledStatement;
  }

  isAbout(candidate: Candidate, statement: CompiledStatement, action: string): boolean {
    if (candidate < 0 || statement.negatesActions) return matchesAction(statement, action);
    return matchesActionAt(statement.patterns, (this.#byAction as PrefixIndex).placeOf(candidate), action);
  }

  #narrow(byAction: readonly Candidate[], resource: string): readonly Candidate[] {
    this.#byResource ??= new PrefixIndex(this.#statements.flatMap(resourcePatterns));
    const index = this.#byResource;
    const found = index.find(resource);
    if (found.length >= byAction.length) return byAction;
    return [...new Set(found.map((entry) => wholeStatement(index.statementOf(entry))))];
  }
}

function wholeStatement(number: number): Candidate {
  return ~number;
}

/** The candidates of sets without an index: all statements. */
const ALL_OF: readonly (readonly Candidate[])[] = Array.from({ length: UNINDEXED_PATTERNS + 1 }, (_, count) =>
  Array.from({ length: count }, (_none, number) => wholeStatement(number)),
);

function wholeStatements(count: number): readonly Candidate[] {
  return ALL_OF[count] as readonly Candidate[];
}

function actionPatterns(compiled: CompiledStatement, statement: number): readonly IndexedPattern[] {
  const { patterns, actionsEnd, negatesActions } = compiled;
  if (negatesActions) return [{ statement, at: 0, list: undefined }];
  return placesOf(patterns, 0, actionsEnd).map((at) => ({ statement, at, list: patterns }));
}

function resourcePatterns(compiled: CompiledStatement, statement: number): readonly IndexedPattern[] {
  const { patterns, actionsEnd, hasResources, negatesResources } = compiled;
  if (!hasResources || negatesResources) return [{ statement, at: 0, list: undefined }];
  return placesOf(patterns, actionsEnd, patterns.length).map((at) => ({ statement, at, list: patterns }));
}

function placesOf(list: PatternList, from: number, to: number): readonly number[] {
  const places: number[] = [];
  for (let at = from; at < to; at = endOf(list, at)) places.push(at);
  return places;
}

import type { Effect } from '../document/policy-document.ts';
import type { PolicySyntaxError } from '../document/policy-problem.ts';
import type { CompiledPrincipals } from '../match/match-principal.ts';
import { type PatternList, textsOf } from '../match/pattern-list.ts';
import type { CompiledCondition } from './compile-condition.ts';

export type PolicySourceType = 'inline' | 'managed' | 'trust' | 'session' | 'boundary' | 'resource' | 'scp' | 'rcp';

/** The policy that a statement comes from, as named in decisions and in the audit. */
export interface PolicySource {
  /** The ARN of a managed policy, the name of an inline policy, or the ARN of the resource or role. */
  readonly id: string;
  readonly type: PolicySourceType;
}

/** The parts of a statement. */
export interface StatementParts {
  readonly source: PolicySource;
  readonly place: StatementPlace;
  readonly sid: string | undefined;
  readonly effect: Effect;
  readonly negatesActions: boolean;
  readonly actions: PatternList;
  readonly negatesResources: boolean;
  readonly resources: PatternList | undefined;
  readonly principals: CompiledPrincipals | undefined;
  readonly condition: CompiledCondition | undefined;
}

/** The values of a statement's part, as written. */
export interface NamedPatterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** A statement's position in its policy: its index, and the offsets of its first and last characters. */
export interface StatementPlace {
  readonly index: number;
  readonly at: number;
  readonly end: number;
}

const DENIES = 1;
const NEGATES_ACTIONS = 2;
const NEGATES_RESOURCES = 4;
const HAS_RESOURCES = 8;
const FLAG_BITS = 4;
// INVARIANT: offsets stay below 2^17 (MAX_TEXT_LENGTH), so there are fewer than 2^13 statements and the packed
// numbers remain small integers
const OFFSET_BITS = 17;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;

/** A statement ready for matching. Packs its small fields into two numbers to save memory. */
export class CompiledStatement {
  readonly source: PolicySource;
  readonly sid: string | undefined;
  /** The action patterns, followed by the resource patterns; one string takes less memory than two. */
  readonly patterns: PatternList;
  /** Where the action patterns end and the resource patterns begin. */
  readonly actionsEnd: number;
  /** Absent in policies that belong to a principal. */
  readonly principals: CompiledPrincipals | undefined;
  /** The first condition, which links to the next. A linked list, because an array for one condition, the usual case, takes more memory. */
  readonly condition: CompiledCondition | undefined;
  readonly #startAndFlags: number;
  readonly #lengthAndIndex: number;

  constructor(parts: StatementParts) {
    const { at, end, index } = parts.place;
    const flags =
      (parts.effect === 'Deny' ? DENIES : 0) |
      (parts.negatesActions ? NEGATES_ACTIONS : 0) |
      (parts.negatesResources ? NEGATES_RESOURCES : 0) |
      (parts.resources === undefined ? 0 : HAS_RESOURCES);
    this.source = parts.source;
    this.sid = parts.sid;
    // `join` instead of `+`, because V8 would keep both parts in addition to the result
    this.patterns = [parts.actions, parts.resources].join('');
    this.actionsEnd = parts.actions.length;
    this.principals = parts.principals;
    this.condition = parts.condition;
    this.#startAndFlags = (at << FLAG_BITS) | flags;
    this.#lengthAndIndex = (index << OFFSET_BITS) | (end - at);
    Object.freeze(this);
  }

  get effect(): Effect {
    return this.#startAndFlags & DENIES ? 'Deny' : 'Allow';
  }

  /** Whether it covers all actions except those named (`NotAction`). */
  get negatesActions(): boolean {
    return (this.#startAndFlags & NEGATES_ACTIONS) !== 0;
  }

  /** Whether it covers all resources except those named (`NotResource`). */
  get negatesResources(): boolean {
    return (this.#startAndFlags & NEGATES_RESOURCES) !== 0;
  }

  /** `Action` or `NotAction`, for display. */
  get actions(): NamedPatterns {
    return { negated: this.negatesActions, patterns: textsOf(this.patterns, 0, this.actionsEnd) };
  }

  /** `Resource` or `NotResource`, for display. */
  get resources(): NamedPatterns | undefined {
    return this.hasResources
      ? { negated: this.negatesResources, patterns: textsOf(this.patterns, this.actionsEnd) }
      : undefined;
  }

  /** False for statements of trust policies, which apply to their own role. */
  get hasResources(): boolean {
    return (this.#startAndFlags & HAS_RESOURCES) !== 0;
  }

  get conditions(): readonly CompiledCondition[] {
    const conditions: CompiledCondition[] = [];
    for (let condition = this.condition; condition; condition = condition.next) conditions.push(condition);
    return conditions;
  }

  /** Counts from 0. */
  get index(): number {
    return this.#lengthAndIndex >> OFFSET_BITS;
  }

  /** The offset of its first character in the policy's text. */
  get at(): number {
    return this.#startAndFlags >> FLAG_BITS;
  }

  /** The offset of its last character. */
  get end(): number {
    return this.at + (this.#lengthAndIndex & OFFSET_MASK);
  }
}

/** A policy ready to be added to a set. An unreadable policy has no statements and denies everything it applies to. */
export interface CompiledPolicy {
  readonly source: PolicySource;
  readonly statements: readonly CompiledStatement[];
  readonly error: PolicySyntaxError | undefined;
}

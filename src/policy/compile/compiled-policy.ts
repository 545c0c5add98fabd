import type { Effect } from '../document/policy-document.ts';
import type { PolicySyntaxError } from '../document/policy-problem.ts';
import type { CompiledPrincipals } from '../match/match-principal.ts';
import { type PatternList, textsOf } from '../match/pattern-list.ts';
import type { CompiledCondition } from './compile-condition.ts';

export type PolicySourceType = 'inline' | 'managed' | 'trust' | 'session' | 'boundary' | 'resource' | 'scp' | 'rcp';

/** Which policy a statement comes from, as the decision and the audit name it. */
export interface PolicySource {
  /** The ARN of a managed policy, the name of an inline one, the ARN of the resource or role. */
  readonly id: string;
  readonly type: PolicySourceType;
}

/** What a statement is made of. */
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

/** The values of a statement's part as they were written. */
export interface NamedPatterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** Where a statement stands in its policy: its number, and the offsets of its first and of its last character. */
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
// INVARIANT: offsets are below 2^17 (MAX_TEXT_LENGTH), and so is the number of statements below 2^13; else the numbers would be no small integers
const OFFSET_BITS = 17;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;

/** A statement ready to be matched. Its small parts share two numbers, which saves 32 bytes of 130. */
export class CompiledStatement {
  readonly source: PolicySource;
  readonly sid: string | undefined;
  /** The patterns of its actions, then those of its resources: two texts would take another 20 bytes. */
  readonly patterns: PatternList;
  /** Where the actions' patterns end and those of the resources begin. */
  readonly actionsEnd: number;
  /** Absent in policies that belong to a principal. */
  readonly principals: CompiledPrincipals | undefined;
  /** The first of its conditions, which knows the next: a list of one, as most are, would take another 56 bytes. */
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
    // joined, not added up: V8 would keep both parts beside the whole
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

  /** Whether it is about all actions but those named (`NotAction`). */
  get negatesActions(): boolean {
    return (this.#startAndFlags & NEGATES_ACTIONS) !== 0;
  }

  /** Whether it is about all resources but those named (`NotResource`). */
  get negatesResources(): boolean {
    return (this.#startAndFlags & NEGATES_RESOURCES) !== 0;
  }

  /** `Action` or `NotAction`, to be told of. */
  get actions(): NamedPatterns {
    return { negated: this.negatesActions, patterns: textsOf(this.patterns, 0, this.actionsEnd) };
  }

  /** `Resource` or `NotResource`, to be told of. */
  get resources(): NamedPatterns | undefined {
    return this.hasResources
      ? { negated: this.negatesResources, patterns: textsOf(this.patterns, this.actionsEnd) }
      : undefined;
  }

  /** Those of trust policies have none: they are about the role that they belong to. */
  get hasResources(): boolean {
    return (this.#startAndFlags & HAS_RESOURCES) !== 0;
  }

  get conditions(): readonly CompiledCondition[] {
    const conditions: CompiledCondition[] = [];
    for (let condition = this.condition; condition; condition = condition.next) conditions.push(condition);
    return conditions;
  }

  /** Counted from 0. */
  get index(): number {
    return this.#lengthAndIndex >> OFFSET_BITS;
  }

  /** Where it stands in the policy's text: the offset of its first character. */
  get at(): number {
    return this.#startAndFlags >> FLAG_BITS;
  }

  /** The offset of its last character. */
  get end(): number {
    return this.at + (this.#lengthAndIndex & OFFSET_MASK);
  }
}

/** A policy ready to be put into a set. One that could not be read has no statements, and denies whatever it applies to. */
export interface CompiledPolicy {
  readonly source: PolicySource;
  readonly statements: readonly CompiledStatement[];
  readonly error: PolicySyntaxError | undefined;
}

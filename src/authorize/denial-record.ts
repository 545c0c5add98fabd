import type { CompiledStatement } from '../policy/compile/compiled-policy.ts';
import type { Mismatch } from '../policy/explain/trace.ts';
import type { ContextValue } from '../policy/request.ts';
import type { Verdict } from './authorizer.ts';

/** A statement as the record keeps it. */
export interface RecordedStatement {
  readonly policy: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
}

export interface Patterns {
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** A statement that would have allowed the request but for one of its parts. */
export interface NearStatement {
  readonly policy: string;
  readonly sid: string;
  readonly mismatch: Mismatch;
}

/** All that the encoded message of a denial holds; AWS's shape is made of it only when somebody decodes it. */
export interface DenialRecord {
  readonly layer: string;
  readonly cause: string;
  readonly principal: { readonly id: string; readonly name: string | undefined; readonly arn: string };
  readonly action: string;
  readonly resource: string;
  readonly matched: readonly RecordedStatement[];
  readonly near: readonly NearStatement[];
  readonly context: readonly (readonly [key: string, value: ContextValue])[];
}

/** How much of everything a record may hold. */
export interface RecordLimits {
  /** Characters of a text. */
  readonly text: number;
  /** Members of a list. */
  readonly list: number;
  /** Statements that came near. */
  readonly near: number;
  /** Condition keys. */
  readonly keys: number;
}

/** The layers that belong to whoever owns the resource, not to the caller. */
const LAYERS_OF_RESOURCE: ReadonlySet<string> = new Set(['resource', 'trust', 'rcp']);
const KEYS_OF_RESOURCE = /^(?:aws|iam):ResourceTag\//i;

/**
 * What is to be known of a denial. Of a resource in another account it tells nothing: neither the statements of its policies nor
 * its tags, nor thereby whether it exists (SECURITY S46).
 */
export function denialRecord(verdict: Verdict, limits: RecordLimits): DenialRecord {
  const { request, decision } = verdict;
  const { principal, action, resource, context } = request;
  const isOwn = principal.accountId === request.resourceAccountId;
  const mayTell = isOwn || !LAYERS_OF_RESOURCE.has(decision.layer);
  const cut = cutter(limits);
  const keys = context.entries().filter(([key]) => isOwn || !KEYS_OF_RESOURCE.test(key));
  return {
    layer: decision.layer,
    cause: decision.cause,
    principal: {
      id: cut.text(textOf(context.get('aws:userid')) ?? principal.uniqueId),
      name: textOf(context.get('aws:username')),
      arn: cut.text(principal.arn),
    },
    action,
    resource: cut.text(resource),
    matched: mayTell ? cut.list(decision.statements).map((statement) => recorded(statement, cut)) : [],
    near: mayTell && !decision.explicit ? nearStatements(verdict, limits, { cut, isOwn }) : [],
    context: keys.slice(0, limits.keys).map(([key, value]) => [cut.text(key), cut.value(value)] as const),
  };
}

/** The `Allow` statements of the layer that did not allow, that are about the action and yet did not match. */
function nearStatements({ decision }: Verdict, { near: limit }: RecordLimits, told: Told): readonly NearStatement[] {
  if (limit === 0) return [];
  const near: NearStatement[] = [];
  for (const { layer, statement, mismatch } of decision.explain().statements) {
    if (layer !== decision.layer || statement.effect !== 'Allow' || !mismatch || mismatch.kind === 'action') continue;
    near.push({ policy: statement.source.id, sid: nameOf(statement), mismatch: toldMismatch(mismatch, told) });
    if (near.length === limit) break;
  }
  return near;
}

interface Told {
  readonly cut: Cutter;
  /** Whether the resource is of the caller's own account. */
  readonly isOwn: boolean;
}

function toldMismatch(mismatch: Mismatch, { cut, isOwn }: Told): Mismatch {
  const wanted = cut.list(mismatch.wanted).map(cut.text);
  if (mismatch.kind !== 'condition') return { ...mismatch, wanted, actual: cut.text(mismatch.actual) };
  const { key, actual } = mismatch;
  const mayTell = actual !== undefined && (isOwn || !KEYS_OF_RESOURCE.test(key));
  return { ...mismatch, wanted, actual: mayTell ? cut.value(actual) : undefined };
}

function recorded(statement: CompiledStatement, cut: Cutter): RecordedStatement {
  const { source, effect, actions, resources, conditions } = statement;
  return {
    policy: source.id,
    sid: nameOf(statement),
    effect,
    actions: { negated: actions.negated, values: cut.list(actions.patterns).map(cut.text) },
    resources: {
      negated: resources?.negated ?? false,
      values: cut.list(resources?.patterns ?? []).map(({ text }) => cut.text(text)),
    },
    conditions: cut
      .list(conditions)
      .map(({ operator, key, values }) => ({ operator, key: cut.text(key), values: cut.list(values).map(cut.text) })),
  };
}

/** A statement's Sid; of one without, its place in the policy, counted from 0. */
function nameOf({ sid, index }: CompiledStatement): string {
  return sid ?? `#${index}`;
}

interface Cutter {
  text(text: string): string;
  list<Item>(list: readonly Item[]): readonly Item[];
  value(value: ContextValue): ContextValue;
}

function cutter({ text: longest, list: most }: RecordLimits): Cutter {
  const text = (whole: string): string => (whole.length > longest ? `${whole.slice(0, longest)}…` : whole);
  const list = <Item>(whole: readonly Item[]): readonly Item[] => (whole.length > most ? whole.slice(0, most) : whole);
  return { text, list, value: (value) => (typeof value === 'string' ? text(value) : list(value).map(text)) };
}

function textOf(value: ContextValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

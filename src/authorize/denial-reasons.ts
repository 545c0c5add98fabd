import type { CompiledStatement } from '../policy/compile/compiled-policy.ts';
import { explain } from '../policy/explain/explanation.ts';
import type { LayerChange } from '../policy/explain/smallest-change.ts';
import type { Mismatch, StatementTrace } from '../policy/explain/trace.ts';
import type { Verdict } from './authorizer.ts';
import { type Cut, cutTo, type RecordLimits } from './cut-text.ts';

/** A statement by its policy and Sid; of one without, its place in the policy, counted from 0: `#0`. */
export interface StatementName {
  readonly policy: string;
  readonly sid: string;
}

/** A statement that would have allowed the request but for one of its parts. */
export interface NearStatement extends StatementName {
  readonly mismatch: Mismatch;
}

/** What one layer needs for the request to be allowed. */
export interface RecordedChange {
  readonly layer: string;
  readonly level: number | undefined;
  /** `Deny` statements that must go, or no longer match. */
  readonly denies: readonly StatementName[];
  /** Policies that cannot be read. */
  readonly unreadable: readonly string[];
  /** What must be allowed. */
  readonly allow: { readonly action: string; readonly resource?: string; readonly principal?: string } | undefined;
}

/** What a denial leaves to be explained beyond what AWS tells. */
export interface DenialReasons {
  readonly near: readonly NearStatement[];
  readonly change: readonly RecordedChange[];
}

export const NO_REASONS: DenialReasons = { near: [], change: [] };

/** The layers that belong to whoever owns the resource, not to the caller. */
const LAYERS_OF_RESOURCE: ReadonlySet<string> = new Set(['resource', 'trust', 'rcp']);
const KEYS_OF_RESOURCE = /^(?:aws|iam):ResourceTag\//i;

/** What may be told to the account of the caller: of a resource in another account, only what the caller is told (SECURITY S46). */
export interface Telling {
  layer(layer: string): boolean;
  key(key: string): boolean;
}

export function tellingOf({ request }: Verdict): Telling {
  const isOwn = request.principal.accountId === request.resourceAccountId;
  return {
    layer: (layer) => isOwn || !LAYERS_OF_RESOURCE.has(layer),
    key: (key) => isOwn || !KEYS_OF_RESOURCE.test(key),
  };
}

/** Why a denial is one, and the smallest change that would make it none, before it is cut to what may be told. */
export interface DenialExplanation {
  readonly statements: readonly StatementTrace[];
  readonly changes: readonly LayerChange[];
}

/** It takes about a millisecond, and much more with many policies, where deciding takes a microsecond: do not do it for everybody. */
export function explainDenial({ decision }: Verdict): DenialExplanation {
  const { statements, smallestChange } = explain(decision);
  return { statements, changes: smallestChange() };
}

/** What of an explanation the limits leave, and the account of the caller may be told. */
export function denialReasons(
  { statements, changes }: DenialExplanation,
  verdict: Verdict,
  limits: RecordLimits,
): DenialReasons {
  if (limits.near === 0) return NO_REASONS;
  const { decision } = verdict;
  const cut = cutTo(limits);
  const telling = tellingOf(verdict);
  const near: NearStatement[] = [];
  for (const { layer, statement, mismatch } of telling.layer(decision.layer) && !decision.explicit ? statements : []) {
    if (layer !== decision.layer || statement.effect !== 'Allow' || !mismatch || mismatch.kind === 'action') continue;
    near.push({ ...nameOf(statement), mismatch: toldMismatch(mismatch, cut, telling) });
    if (near.length === limits.near) break;
  }
  const toTell = changes.filter(({ layer }) => layer === decision.layer || telling.layer(layer));
  return { near, change: toTell.map((change) => toldChange(change, cut, telling)) };
}

/** The policy and the Sid of a statement. */
export function nameOf({ source, sid, index }: CompiledStatement): StatementName {
  return { policy: source.id, sid: sid ?? `#${index}` };
}

function toldMismatch(mismatch: Mismatch, cut: Cut, telling: Telling): Mismatch {
  const wanted = cut.texts(mismatch.wanted);
  if (mismatch.kind !== 'condition') return { ...mismatch, wanted, actual: cut.text(mismatch.actual) };
  const { key, actual } = mismatch;
  return { ...mismatch, wanted, actual: actual === undefined || !telling.key(key) ? undefined : cut.value(actual) };
}

function toldChange(
  { layer, level, denies, unreadable, allow }: LayerChange,
  cut: Cut,
  telling: Telling,
): RecordedChange {
  const mayTell = telling.layer(layer);
  return {
    layer,
    level,
    denies: mayTell ? cut.list(denies).map(nameOf) : [],
    unreadable: mayTell ? cut.list(unreadable).map(({ source }) => source.id) : [],
    allow: allow && {
      action: allow.action,
      ...(allow.resource !== undefined && { resource: cut.text(allow.resource) }),
      ...(allow.principal !== undefined && { principal: cut.text(allow.principal.name) }),
    },
  };
}

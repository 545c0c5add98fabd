import type { CompiledStatement } from '../policy/compile/compiled-policy.ts';
import { explain } from '../policy/explain/explanation.ts';
import type { LayerChange } from '../policy/explain/smallest-change.ts';
import type { Mismatch, StatementTrace } from '../policy/explain/trace.ts';
import type { Verdict } from './authorizer.ts';
import { type Cut, cutTo, type RecordLimits } from './cut-text.ts';

/** A statement, named by its policy and Sid. Without a Sid, its index in the policy, counting from 0: `#0`. */
export interface StatementName {
  readonly policy: string;
  readonly sid: string;
}

/** A statement that would have allowed the request if one of its parts had matched. */
export interface NearStatement extends StatementName {
  readonly mismatch: Mismatch;
}

/** The changes that one layer needs for the request to be allowed. */
export interface RecordedChange {
  readonly layer: string;
  readonly level: number | undefined;
  /** `Deny` statements that must be removed or no longer match. */
  readonly denies: readonly StatementName[];
  /** Policies that cannot be parsed. */
  readonly unreadable: readonly string[];
  /** The permission that is missing. */
  readonly allow: { readonly action: string; readonly resource?: string; readonly principal?: string } | undefined;
}

/** Explanations of a denial beyond those that AWS gives. */
export interface DenialReasons {
  readonly near: readonly NearStatement[];
  readonly change: readonly RecordedChange[];
}

export const NO_REASONS: DenialReasons = { near: [], change: [] };

/** The layers that belong to the owner of the resource, not to the caller. */
const LAYERS_OF_RESOURCE: ReadonlySet<string> = new Set(['resource', 'trust', 'rcp']);
const KEYS_OF_RESOURCE = /^(?:aws|iam):ResourceTag\//i;

/** What the caller's account may learn. For a resource in another account, only what the caller itself is told (SECURITY S46). */
export interface Disclosure {
  layer(layer: string): boolean;
  key(key: string): boolean;
}

export function disclosureFor({ request }: Verdict): Disclosure {
  const isOwn = request.principal.accountId === request.resourceAccountId;
  return {
    layer: (layer) => isOwn || !LAYERS_OF_RESOURCE.has(layer),
    key: (key) => isOwn || !KEYS_OF_RESOURCE.test(key),
  };
}

/** The reasons for a denial and the smallest change that would allow the request, before anything is withheld or shortened. */
export interface DenialExplanation {
  readonly statements: readonly StatementTrace[];
  readonly changes: readonly LayerChange[];
}

/** Takes far longer than deciding, especially with many policies, so callers must limit its use. */
export function explainDenial({ decision }: Verdict): DenialExplanation {
  const { statements, smallestChange } = explain(decision);
  return { statements, changes: smallestChange() };
}

/** The part of an explanation that fits the limits and that the caller's account may learn. */
export function denialReasons(
  { statements, changes }: DenialExplanation,
  verdict: Verdict,
  limits: RecordLimits,
): DenialReasons {
  if (limits.near === 0) return NO_REASONS;
  const { decision } = verdict;
  const cut = cutTo(limits);
  const disclosure = disclosureFor(verdict);
  const near: NearStatement[] = [];
  for (const { layer, statement, mismatch } of disclosure.layer(decision.layer) && !decision.explicit
    ? statements
    : []) {
    if (layer !== decision.layer || statement.effect !== 'Allow' || !mismatch || mismatch.kind === 'action') continue;
    near.push({ ...nameOf(statement), mismatch: disclosedMismatch(mismatch, cut, disclosure) });
    if (near.length === limits.near) break;
  }
  const disclosedChanges = changes.filter(({ layer }) => layer === decision.layer || disclosure.layer(layer));
  return { near, change: disclosedChanges.map((change) => disclosedChange(change, cut, disclosure)) };
}

/** Names a statement by its policy and Sid. */
export function nameOf({ source, sid, index }: CompiledStatement): StatementName {
  return { policy: source.id, sid: sid ?? `#${index}` };
}

function disclosedMismatch(mismatch: Mismatch, cut: Cut, disclosure: Disclosure): Mismatch {
  const wanted = cut.texts(mismatch.wanted);
  if (mismatch.kind !== 'condition') return { ...mismatch, wanted, actual: cut.text(mismatch.actual) };
  const { key, actual } = mismatch;
  return { ...mismatch, wanted, actual: actual === undefined || !disclosure.key(key) ? undefined : cut.value(actual) };
}

function disclosedChange(
  { layer, level, denies, unreadable, allow }: LayerChange,
  cut: Cut,
  disclosure: Disclosure,
): RecordedChange {
  const isDisclosed = disclosure.layer(layer);
  return {
    layer,
    level,
    denies: isDisclosed ? cut.list(denies).map(nameOf) : [],
    unreadable: isDisclosed ? cut.list(unreadable).map(({ source }) => source.id) : [],
    allow: allow && {
      action: allow.action,
      ...(allow.resource !== undefined && { resource: cut.text(allow.resource) }),
      ...(allow.principal !== undefined && { principal: cut.text(allow.principal.name) }),
    },
  };
}

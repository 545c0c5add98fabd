import type { RoleOutlook } from '../../evaluation/assumable-roles.ts';
import { type DenialCause, denialCauses } from '../../evaluation/denial-causes.ts';
import { type ListPage, type PageRequest, pageOf } from '../../identity/rules/paging.ts';
import { mapWithPauses } from '../../kernel/pause.ts';
import { conditionKeyName } from '../../policy/catalogue/catalogue.ts';
import type { Mismatch } from '../../policy/explain/trace.ts';
import { textsOf } from './shown-login-test.ts';

/** Explaining a denial takes far longer than deciding. */
const MOST_EXPLAINED = 100;

/**
 * A page of outlooks, with the causes of those that deny: the most useful ones first.
 * @param quotesAll whether the reader may see what all policies say. Those who may list roles see trust policies, but no others.
 */
export async function shownOutlooks(
  outlooks: readonly RoleOutlook[],
  { quotesAll, ...request }: PageRequest & { readonly quotesAll: boolean },
) {
  const { items, ...page }: ListPage<RoleOutlook> = pageOf(outlooks, {
    list: 'TestConnector',
    positionOf: (outlook) => `${rankOf(outlook)} ${outlook.arn}`,
    request: { ...request, maxItems: Math.min(request.maxItems ?? MOST_EXPLAINED, MOST_EXPLAINED) },
  });
  return { ...page, items: await mapWithPauses(items, (outlook) => shownOutlook(outlook, quotesAll)) };
}

/** A denial by another layer than the trust policy means that the trust policy would let the person in. */
function rankOf({ decision }: RoleOutlook): number {
  if (decision.allowed) return 0;
  return decision.layer === 'trust' ? 2 : 1;
}

function shownOutlook({ arn, action, decision, keysOfCall }: RoleOutlook, quotesAll: boolean) {
  return {
    Arn: arn,
    Assumable: decision.allowed,
    ...(!decision.allowed && { DeniedAction: action }),
    Causes: denialCauses(decision).map((cause) => shownCause(cause, quotesAll || cause.layer === 'trust')),
    KeysOfCall: keysOfCall.map(conditionKeyName),
  };
}

const LAYERS = {
  trust: 'TRUST',
  identity: 'IDENTITY',
  boundary: 'BOUNDARY',
  session: 'SESSION',
  resource: 'RESOURCE',
  scp: 'SCP',
  rcp: 'RCP',
} as const;
const KINDS = {
  'explicit-deny': 'EXPLICIT_DENY',
  'no-allow': 'NO_ALLOW',
  'missing-policy': 'MISSING_POLICY',
  'unreadable-policy': 'UNREADABLE_POLICY',
} as const;
const PARTS = { action: 'ACTION', resource: 'RESOURCE', principal: 'PRINCIPAL', condition: 'CONDITION' } as const;

function shownCause({ layer, kind, policy, statement, mismatches }: DenialCause, quotes: boolean) {
  return {
    Layer: LAYERS[layer],
    Kind: KINDS[kind],
    Policy: policy,
    Statement: statement,
    Mismatches: mismatches.map((mismatch) => shownMismatch(mismatch, quotes)),
  };
}

/** @param quotes whether to show what the statement wants. */
export function shownMismatch(mismatch: Mismatch, quotes: boolean) {
  return {
    Part: PARTS[mismatch.kind],
    ...(mismatch.kind === 'condition' && { Operator: mismatch.operator, Key: mismatch.key }),
    ...(quotes && { Wanted: mismatch.wanted }),
    Actual: textsOf(mismatch.actual),
  };
}

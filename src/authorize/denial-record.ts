import type { CompiledStatement } from '../policy/compile/compiled-policy.ts';
import type { ContextValue } from '../policy/request.ts';
import type { Verdict } from './authorizer.ts';
import { type Cut, cutTo, type RecordLimits } from './cut-text.ts';
import { type DenialReasons, disclosureFor, nameOf, type StatementName } from './denial-reasons.ts';

/** A statement as stored in the record. */
export interface RecordedStatement extends StatementName {
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

/** The content of the encoded message for a denial. It is converted to AWS's shape only when it is decoded. */
export interface DenialRecord extends DenialReasons {
  readonly layer: string;
  /** For a service or resource control policy: the level in the organisation's tree, where 0 is the root. */
  readonly level: number | undefined;
  readonly cause: string;
  readonly principal: { readonly id: string; readonly name: string | undefined; readonly arn: string };
  readonly action: string;
  readonly resource: string;
  readonly matched: readonly RecordedStatement[];
  readonly context: readonly (readonly [key: string, value: ContextValue])[];
}

/**
 * The record of a denial. Reveals nothing about a resource in another account: neither the statements of its policies
 * nor its tags, nor, through these, whether it exists (SECURITY S46).
 */
export function denialRecord(verdict: Verdict, reasons: DenialReasons, limits: RecordLimits): DenialRecord {
  const { request, decision } = verdict;
  const { principal, action, resource, context } = request;
  const disclosure = disclosureFor(verdict);
  const cut = cutTo(limits);
  const statements = disclosure.layer(decision.layer) ? decision.statements : [];
  const keys = context.entries().filter(([key]) => disclosure.key(key));
  return {
    layer: decision.layer,
    level: decision.level,
    cause: decision.cause,
    principal: {
      id: cut.text(textOf(context.get('aws:userid')) ?? principal.uniqueId),
      name: textOf(context.get('aws:username')),
      arn: cut.text(principal.arn),
    },
    action,
    resource: cut.text(resource),
    matched: cut.list(statements).map((statement) => recorded(statement, cut)),
    ...reasons,
    context: keys.slice(0, limits.keys).map(([key, value]) => [cut.text(key), cut.value(value)] as const),
  };
}

function recorded(statement: CompiledStatement, cut: Cut): RecordedStatement {
  const { effect, actions, resources, conditions } = statement;
  return {
    ...nameOf(statement),
    effect,
    actions: { negated: actions.negated, values: cut.texts(actions.patterns) },
    resources: {
      negated: resources?.negated ?? false,
      values: cut.texts(resources?.patterns ?? []),
    },
    conditions: cut
      .list(conditions)
      .map(({ operator, key, values }) => ({ operator, key: cut.text(key), values: cut.texts(values) })),
  };
}

function textOf(value: ContextValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

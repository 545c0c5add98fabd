import type { NearStatement, RecordedChange, StatementName } from './denial-reasons.ts';
import type { DenialRecord, Patterns, RecordedStatement } from './denial-record.ts';

/**
 * The result of DecodeAuthorizationMessage, as JSON in AWS's shape. AWS's members come first. Our additions are
 * `layer`, `level`, `cause`, `nearStatements` and `smallestChange`; in a matched statement `policy`, `notActions` and
 * `notResources`; and in its conditions `operator`.
 */
export function decodedMessage(record: DenialRecord): string {
  const { principal, action, resource, context, matched, near, change, layer, level, cause } = record;
  return JSON.stringify({
    allowed: false,
    explicitDeny: cause === 'explicit-deny',
    matchedStatements: items(matched.map((statement) => matchedStatement(statement, principal.id))),
    failures: items([]),
    context: {
      // the name is present for users only, between id and ARN
      principal: { id: principal.id, name: principal.name, arn: principal.arn },
      action,
      resource,
      conditions: items(context.map(([key, value]) => ({ key, values: values([value].flat()) }))),
    },
    layer,
    level,
    cause,
    nearStatements: items(near.map(nearStatement)),
    smallestChange: items(change.map(neededChange)),
  });
}

function matchedStatement(statement: RecordedStatement, principalId: string): object {
  const { policy, sid, effect, actions, resources, conditions } = statement;
  return {
    statementId: sid,
    effect: effect.toUpperCase(),
    principals: values([principalId]),
    principalGroups: items([]),
    actions: values(namedBy(actions, false)),
    resources: values(namedBy(resources, false)),
    conditions: items(
      conditions.map(({ operator, key, values: wanted }) => ({ key, values: values(wanted), operator })),
    ),
    policy,
    ...(actions.negated && { notActions: values(namedBy(actions, true)) }),
    ...(resources.negated && { notResources: values(namedBy(resources, true)) }),
  };
}

function namedBy(patterns: Patterns, negated: boolean): readonly string[] {
  return patterns.negated === negated ? patterns.values : [];
}

function nearStatement({ mismatch, ...name }: NearStatement): object {
  const { kind, wanted, actual } = mismatch;
  const actualValues = { actual: values(actual === undefined ? [] : [actual].flat()) };
  const about =
    mismatch.kind === 'condition' ? { operator: mismatch.operator, key: mismatch.key } : { negated: mismatch.negated };
  return { ...statementName(name), mismatch: { kind, ...about, wanted: values(wanted), ...actualValues } };
}

function neededChange({ layer, level, denies, unreadable, allow }: RecordedChange): object {
  return {
    layer,
    level,
    ...(denies.length > 0 && { withoutDeny: items(denies.map(statementName)) }),
    ...(unreadable.length > 0 && { unreadablePolicies: values(unreadable) }),
    allow,
  };
}

function statementName({ policy, sid }: StatementName): object {
  return { statementId: sid, policy };
}

function items<Item>(list: readonly Item[]): { readonly items: readonly Item[] } {
  return { items: list };
}

function values(texts: readonly string[]): { readonly items: readonly { readonly value: string }[] } {
  return items(texts.map((value) => ({ value })));
}

import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/policy/combine/decide.ts';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import { explain } from '../../src/policy/explain/explanation.ts';
import type { ContextValue } from '../../src/policy/request.ts';
import { ACCOUNT, callerOf } from './callers.ts';
import { vectorNames, vectorRows } from './vector-files.ts';

interface StatementVector {
  readonly source: string;
  readonly statement: { readonly Effect: string; readonly Principal?: object; readonly NotPrincipal?: object };
  readonly version?: string;
  readonly request: {
    readonly principal?: string;
    readonly action?: string;
    readonly resource?: string;
    readonly context?: Readonly<Record<string, ContextValue>>;
  };
  readonly trustedIds?: Readonly<Record<string, string>>;
  readonly boundary?: boolean;
  readonly matches: boolean;
}

const ALL = compilePolicySet([
  compilePolicyText('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', { id: 'all', type: 'boundary' }),
]);

describe.each(vectorNames('statements'))('%s', (file) => {
  const rows = vectorRows<StatementVector>(file, ({ statement, request, matches }) => {
    const { Effect: effect, ...parts } = statement;
    return `${effect} ${JSON.stringify(parts)} with ${JSON.stringify(request)}: ${matches}`;
  });
  test.each(rows)('%s', (_title, vector) => {
    const { statement, request, version = '2012-10-17' } = vector;
    const isResource = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
    const text = JSON.stringify({ Version: version, Statement: statement });
    const policy = compilePolicyText(text, { id: 'tested', type: isResource ? 'resource' : 'inline' });
    expect(policy.error).toBeUndefined();
    const policies = compilePolicySet([policy]);
    const decision = decide(
      {
        principal: callerOf(request.principal ?? 'user'),
        action: request.action ?? 's3:GetObject',
        resource: request.resource ?? 'arn:aws:s3:::bucket/key',
        resourceAccountId: ACCOUNT,
        context: new Map(Object.entries(request.context ?? {})),
      },
      isResource
        ? {
            identity: ALL,
            ...(vector.boundary && { boundary: ALL }),
            // without one, a federated user has no permissions but those that name its session
            ...(request.principal === 'federated-user' && { session: ALL }),
            resource: { kind: 'resource', policies, ...(vector.trustedIds && { trustedIds: vector.trustedIds }) },
          }
        : { identity: policies },
    );
    const trace = explain(decision).statements.find((one) => one.statement.source.id === 'tested');
    expect(trace?.mismatch === undefined).toBe(vector.matches);
    expect(decision.statements.some((one) => one.source.id === 'tested')).toBe(vector.matches);
  });
});

import { describe, expect, test } from '@jest/globals';
import { decide, type PolicyLayers } from '../../src/policy/combine/decide.ts';
import { compilePolicyText, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../../src/policy/compile/policy-set.ts';
import { accessDeniedMessage } from '../../src/policy/explain/access-denied.ts';
import { ACCOUNT, callerOf } from './callers.ts';
import { vectorNames, vectorRows } from './vector-files.ts';

interface CombinationVector {
  readonly source: string;
  readonly name: string;
  readonly principal: string;
  readonly action?: string;
  readonly resource?: string;
  readonly resourceAccountId?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly trustedIds?: Readonly<Record<string, string>>;
  /** Statements by layer. */
  readonly layers: {
    readonly identity: readonly object[];
    readonly boundary?: readonly object[] | 'missing';
    readonly session?: readonly object[];
    readonly resource?: readonly object[];
    readonly trust?: readonly object[];
    /** By level of the organisation's tree. */
    readonly scp?: readonly (readonly object[])[];
    readonly rcp?: readonly (readonly object[])[];
  };
  readonly allowed: boolean;
  readonly layer: string;
  readonly level?: number;
  readonly cause: string;
  readonly message?: string;
}

/** Each statement as a policy of its own, so that their coming together is tested too. */
function setOf(statements: readonly object[], type: PolicySource['type']): PolicySet {
  return compilePolicySet(
    statements.map((statement, index) => {
      const text = JSON.stringify({ Version: '2012-10-17', Statement: statement });
      return compilePolicyText(text, { id: `${type}-${index}`, type });
    }),
  );
}

function layersOf({ layers, trustedIds }: CombinationVector): PolicyLayers {
  const { identity, boundary, session, resource, trust, scp, rcp } = layers;
  const kind = trust ? 'trust' : 'resource';
  const statements = trust ?? resource;
  return {
    identity: setOf(identity, 'inline'),
    ...(boundary && { boundary: boundary === 'missing' ? 'missing' : setOf(boundary, 'boundary') }),
    ...(session && { session: setOf(session, 'session') }),
    ...(statements && { resource: { kind, policies: setOf(statements, kind), ...(trustedIds && { trustedIds }) } }),
    ...(scp && { serviceControl: scp.map((level) => setOf(level, 'scp')) }),
    ...(rcp && { resourceControl: rcp.map((level) => setOf(level, 'rcp')) }),
  };
}

describe.each(vectorNames('combine/'))('%s', (file) => {
  const rows = vectorRows<CombinationVector>(file, ({ principal, name, cause }) => `${principal}, ${name}: ${cause}`);
  test.each(rows)('%s', (_title, vector) => {
    const request = {
      principal: callerOf(vector.principal),
      action: vector.action ?? 's3:GetObject',
      resource: vector.resource ?? 'arn:aws:s3:::bucket/key',
      resourceAccountId: vector.resourceAccountId ?? ACCOUNT,
      context: new Map(Object.entries(vector.context ?? {})),
    };
    const decision = decide(request, layersOf(vector));
    const { allowed, layer, level, cause, explicit } = decision;
    expect({ allowed, layer, level, cause }).toEqual({
      allowed: vector.allowed,
      layer: vector.layer,
      level: vector.level,
      cause: vector.cause,
    });
    expect(explicit).toBe(vector.cause === 'explicit-deny');
    if (vector.message !== undefined) expect(accessDeniedMessage(request, decision)).toBe(vector.message);
  });
});

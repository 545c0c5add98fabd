// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/policy/combine/decide.ts';
import type { ContextValue } from '../../src/policy/request.ts';
import type { ReferenceDocument, ReferenceLayers, ReferenceStatement } from '../reference/evaluate.ts';
import { ACCOUNT } from './callers.ts';
import { compileLayers, requestArbitrary } from './generated.ts';
import { conditionsArbitrary, type ReferenceConditions } from './generated-conditions.ts';

const ALLOW_ALL: ReferenceDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
};
const EXCEPTIONS = [
  `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
  'arn:aws:s3:::bucket/home/${aws:PrincipalTag/team}/*',
  'arn:aws:iam::${aws:PrincipalAccount}:user/*',
  'arn:aws:s3:::bucket/${aws:TagKeys}',
  'arn:aws:sns:*',
];

/** Negated operators: not those that ask for at least one value, and no values with a default, which may equal the key's. */
const isNegated = (operator: string): boolean => operator.includes('Not') && !operator.startsWith('ForAnyValue:');
function onlyNegated(conditions: ReferenceConditions): ReferenceConditions {
  const withoutDefaults = (keys: ReferenceConditions[string]): ReferenceConditions[string] =>
    Object.fromEntries(
      Object.entries(keys).map(([key, wanted]) => [key, [wanted].flat().filter((value) => !/\$\{.*,/.test(value))]),
    );
  return Object.fromEntries(
    Object.entries(conditions)
      .filter(([operator]) => isNegated(operator))
      .map(([operator, keys]) => [operator, withoutDefaults(keys)]),
  );
}

const denyArbitrary: fc.Arbitrary<ReferenceStatement> = fc
  .record({
    conditions: conditionsArbitrary(true, { minLength: 1, maxLength: 6, hasUnknown: false }).map(onlyNegated),
    exceptions: fc.option(fc.uniqueArray(fc.constantFrom(...EXCEPTIONS), { minLength: 1 }), { nil: undefined }),
  })
  .map(({ conditions, exceptions }) => ({
    Effect: 'Deny',
    Action: '*',
    ...(exceptions ? { NotResource: exceptions } : { Resource: '*' }),
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  }));

function without(context: ReadonlyMap<string, ContextValue>, kept: readonly boolean[]): Map<string, ContextValue> {
  return new Map([...context].filter((_entry, index) => kept[index] ?? true));
}

describe('[S44] context keys that are absent', () => {
  test.each(['identity', 'boundary', 'session', 'resource', 'serviceControl', 'resourceControl'] as const)(
    'never disable a Deny of the %s layer with negated conditions',
    (layer) => {
      let denied = 0;
      fc.assert(
        fc.property(denyArbitrary, requestArbitrary, fc.array(fc.boolean()), (statement, request, kept) => {
          const layers = layersWith(layer, statement);
          if (!decide(request, compileLayers(layers)).explicit) return;
          denied++;
          const poorer = { ...request, context: without(request.context, kept) };
          expect(decide(poorer, compileLayers(layers))).toMatchObject({ allowed: false, explicit: true });
        }),
        { numRuns: 400 },
      );
      // else the law would say nothing
      expect(denied).toBeGreaterThan(40);
    },
  );
});

function layersWith(layer: keyof ReferenceLayers, statement: ReferenceStatement): ReferenceLayers {
  const documents = [ALLOW_ALL, { Version: '2012-10-17', Statement: statement }];
  const named = [{ ...ALLOW_ALL, Statement: { ...ALLOW_ALL.Statement, Principal: '*' } }] as ReferenceDocument[];
  const denying = { Version: '2012-10-17', Statement: { ...statement, Principal: '*' } } as const;
  switch (layer) {
    case 'resource':
      return { identity: [ALLOW_ALL], resource: { kind: 'resource', documents: [...named, denying] } };
    case 'resourceControl':
      return { identity: [ALLOW_ALL], resourceControl: [[...named, denying]] };
    case 'serviceControl':
      return { identity: [ALLOW_ALL], serviceControl: [documents] };
    default:
      return { identity: [ALLOW_ALL], session: [ALLOW_ALL], [layer]: documents };
  }
}

import fc from 'fast-check';
import type { PolicyLayers } from '../../src/policy/combine/decide.ts';
import { compilePolicyText, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../../src/policy/compile/policy-set.ts';
import type { AuthorizationRequest } from '../../src/policy/request.ts';
import type {
  ReferenceDocument,
  ReferenceLayers,
  ReferenceRequest,
  ReferenceStatement,
} from '../reference/evaluate.ts';
import { ACCOUNT, CALLERS, callerOf } from './callers.ts';
import { contextArbitrary } from './generated-conditions.ts';
import { ACTIONS, documentArbitrary, OTHER_ACCOUNT, RESOURCES, type StatementShape } from './generated-statements.ts';

/** A request and the policies that it meets. */
export interface Pair {
  readonly request: AuthorizationRequest & ReferenceRequest;
  readonly layers: ReferenceLayers;
}

const ANY_PART = { wide: 40, conditions: { minLength: 0, maxLength: 2, hasUnknown: false } };
const PERMISSION: StatementShape = { ...ANY_PART, hasPrincipal: false, hasResource: true };
const GRANT: StatementShape = { ...ANY_PART, hasPrincipal: true, hasResource: true };
const TRUST: StatementShape = { ...ANY_PART, hasPrincipal: true, hasResource: false };

const documents = (shape: StatementShape): fc.Arbitrary<ReferenceDocument[]> =>
  fc.array(documentArbitrary(shape, 3), { maxLength: 2 });
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });
/** Absent layers are left out, not `undefined`. */
const present = <Layers extends object>(layers: Layers): ReferenceLayers =>
  Object.fromEntries(Object.entries(layers).filter(([, layer]) => layer !== undefined)) as unknown as ReferenceLayers;

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const ALL_ALLOWED: ReferenceDocument = { Version: '2012-10-17', Statement: EVERYTHING };

/** Most levels allow everything, as in most organisations; else little would ever be allowed. */
function levels(shape: StatementShape): fc.Arbitrary<(readonly ReferenceDocument[])[]> {
  const statement = shape.hasPrincipal ? { ...EVERYTHING, Principal: '*' as const } : EVERYTHING;
  const full: ReferenceDocument = { Version: '2012-10-17', Statement: statement };
  const some = documents(shape);
  return fc.array(
    fc.oneof(
      { arbitrary: some, weight: 1 },
      { arbitrary: some.map((made) => [...made, full]), weight: 2 },
      { arbitrary: fc.constant([full]), weight: 3 },
    ),
    { maxLength: 3 },
  );
}

const SESSION_ID = `${callerOf('session').uniqueId}:run-1`;
const trustedIds = fc.dictionary(
  fc.constantFrom(callerOf('user').arn, callerOf('session').roleArn ?? '', callerOf('session').arn),
  fc.constantFrom('AIDAALICE0000000', 'AROADEPLOY000000', 'AIDAOLD000000000', SESSION_ID, 'AROAOLD000000000:run', ''),
  { maxKeys: 3 },
);

/** The layers of a request as documents; where `isBroken`, now and then one that cannot be read or found. */
function layersOf(isBroken: boolean): fc.Arbitrary<ReferenceLayers> {
  const broken = (shape: StatementShape) => ({ ...shape, conditions: { ...shape.conditions, hasUnknown: isBroken } });
  const [permission, grant, trust] = [broken(PERMISSION), broken(GRANT), broken(TRUST)];
  const missing = { arbitrary: fc.constant('missing' as const), weight: isBroken ? 1 : 0 };
  return fc
    .record({
      identity: documents(permission),
      boundary: maybe(fc.oneof({ arbitrary: documents(permission), weight: 20 }, missing)),
      session: maybe(documents(permission)),
      serviceControl: maybe(levels(permission)),
      resourceControl: maybe(levels(grant)),
      resource: maybe(
        fc.oneof(
          fc.record({ kind: fc.constant('resource' as const), documents: documents(grant), trustedIds }),
          fc.record({ kind: fc.constant('trust' as const), documents: documents(trust), trustedIds }),
        ),
      ),
    })
    .map(present);
}

export const layersArbitrary: fc.Arbitrary<ReferenceLayers> = layersOf(false);

/** A request, with a context that the reference can read too. */
export const requestArbitrary: fc.Arbitrary<Pair['request']> = fc.record({
  principal: fc.constantFrom(...Object.values(CALLERS)),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  resourceAccountId: fc.constantFrom(ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
  context: contextArbitrary,
});

const ownRequest = requestArbitrary.map((request) => ({
  ...request,
  principal: callerOf('user'),
  resourceAccountId: ACCOUNT,
}));

/** The request with what a document's conditions want in its context, as single values or lists, so that they hold more often. */
function meeting(request: Pair['request'], document: ReferenceDocument, how: 'one' | 'list'): Pair['request'] {
  const context = new Map(request.context);
  for (const [key, wanted] of statementsOf(document).flatMap(conditionEntries)) {
    // an address that is in the range
    const values = [wanted].flat().map((value) => value.replace(/\/\d+$/, ''));
    const known = context.get(key.toLowerCase()) ?? [];
    if (values[0] !== undefined) context.set(key.toLowerCase(), how === 'one' ? values[0] : [...values, known].flat());
  }
  return { ...request, context };
}

function conditionEntries({ Condition = {} }: ReferenceStatement): readonly [string, string | readonly string[]][] {
  return Object.values(Condition).flatMap((keys) => Object.entries(keys));
}

/** One policy in which the conditions decide; a second that allows everything gives what it denies a meaning. */
const conditionPair: fc.Arbitrary<Pair> = fc
  .record({
    request: ownRequest,
    document: documentArbitrary(
      { ...PERMISSION, wide: 99, conditions: { minLength: 1, maxLength: 2, hasUnknown: true } },
      1,
    ),
    more: fc.constantFrom([], [ALL_ALLOWED]),
    how: fc.constantFrom(undefined, undefined, 'one' as const, 'list' as const),
  })
  .map(({ request, document, more, how }) => ({
    request: how === undefined ? request : meeting(request, document, how),
    layers: { identity: [document, ...more] },
  }));

/** A policy of the caller, and one of the resource or of its boundary, in which actions, resources and principals decide. */
const NO_CONDITIONS = { minLength: 0, maxLength: 0, hasUnknown: false };
const partsPair: fc.Arbitrary<Pair> = fc.record({
  request: requestArbitrary,
  layers: fc
    .record({
      identity: fc.array(documentArbitrary({ ...PERMISSION, wide: 30, conditions: NO_CONDITIONS }, 2), {
        maxLength: 1,
      }),
      resource: maybe(
        fc.record({
          kind: fc.constant('resource' as const),
          documents: fc.array(documentArbitrary({ ...GRANT, wide: 30, conditions: NO_CONDITIONS }, 2), {
            maxLength: 1,
          }),
          trustedIds,
        }),
      ),
      boundary: maybe(
        fc.array(documentArbitrary({ ...PERMISSION, wide: 60, conditions: NO_CONDITIONS }, 1), { maxLength: 1 }),
      ),
    })
    .map(present),
});

/** Pairs of which half are about conditions, a quarter about the other parts of statements, and a quarter about everything. */
export const pairArbitrary: fc.Arbitrary<Pair> = fc.oneof(
  { arbitrary: conditionPair, weight: 2 },
  { arbitrary: partsPair, weight: 1 },
  { arbitrary: fc.record({ request: requestArbitrary, layers: layersOf(true) }), weight: 1 },
);

/** The layers with every list of policies put through `change`. */
export function mapDocuments(
  layers: ReferenceLayers,
  change: (documents: readonly ReferenceDocument[]) => readonly ReferenceDocument[],
): ReferenceLayers {
  const { identity, boundary, session, resource, serviceControl, resourceControl } = layers;
  return {
    ...(serviceControl && { serviceControl: serviceControl.map(change) }),
    ...(resourceControl && { resourceControl: resourceControl.map(change) }),
    identity: change(identity),
    ...(boundary && { boundary: boundary === 'missing' ? boundary : change(boundary) }),
    ...(session && { session: change(session) }),
    ...(resource && { resource: { ...resource, documents: change(resource.documents) } }),
  };
}

/** The statements of a document, also where it has but one. */
export function statementsOf({ Statement }: ReferenceDocument): readonly ReferenceStatement[] {
  return Array.isArray(Statement) ? Statement : [Statement as ReferenceStatement];
}

/** Compiles documents to a set. */
export function setOf(made: readonly ReferenceDocument[], type: PolicySource['type']): PolicySet {
  return compilePolicySet(
    made.map((document, index) => compilePolicyText(JSON.stringify(document), { id: `${type}-${index}`, type })),
  );
}

/** Compiles all layers. */
export function compileLayers(layers: ReferenceLayers): PolicyLayers {
  const { identity, boundary, session, resource, serviceControl, resourceControl } = layers;
  return {
    ...(serviceControl && { serviceControl: serviceControl.map((level) => setOf(level, 'scp')) }),
    ...(resourceControl && { resourceControl: resourceControl.map((level) => setOf(level, 'rcp')) }),
    identity: setOf(identity, 'inline'),
    ...(boundary && { boundary: boundary === 'missing' ? boundary : setOf(boundary, 'boundary') }),
    ...(session && { session: setOf(session, 'session') }),
    ...(resource && {
      resource: {
        kind: resource.kind,
        policies: setOf(resource.documents, resource.kind),
        ...(resource.trustedIds && { trustedIds: resource.trustedIds }),
      },
    }),
  };
}

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, type PolicyLayers } from '../../src/policy/combine/decide.ts';
import { compilePolicyText, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../../src/policy/compile/policy-set.ts';
import { explain } from '../../src/policy/explain/explanation.ts';
import type { LayerChange } from '../../src/policy/explain/smallest-change.ts';
import type { AuthorizationRequest, RequestPrincipal } from '../../src/policy/request.ts';
import type { ReferenceDocument, ReferenceLayers, ReferenceStatement } from '../reference/evaluate.ts';
import { generatedCases } from '../support/generated-cases.ts';
import { ACCOUNT, CALLERS, callerOf } from './callers.ts';
import { compileLayers, layersArbitrary, requestArbitrary } from './generated.ts';

const RUNS = { numRuns: generatedCases(300) };

/** A layer, or a level of one, as the changes name it. */
type Place = Pick<LayerChange, 'layer' | 'level'>;
type Documents = readonly ReferenceDocument[];

function allows(request: AuthorizationRequest, layers: ReferenceLayers): boolean {
  return decide(request, compileLayers(layers)).allowed;
}

/** The layers with the documents at a place put through a function. */
function changeAt(layers: ReferenceLayers, { layer, level }: Place, change: (made: Documents) => Documents) {
  const atLevel = (levels: readonly Documents[] | undefined) =>
    levels?.map((made, index) => (index === level ? change(made) : made)) ?? [];
  switch (layer) {
    case 'rcp':
      return { ...layers, resourceControl: atLevel(layers.resourceControl) };
    case 'scp':
      return { ...layers, serviceControl: atLevel(layers.serviceControl) };
    case 'resource':
    case 'trust':
      return {
        ...layers,
        resource: { ...layers.resource, kind: layer, documents: change(layers.resource?.documents ?? []) },
      };
    default: {
      const made = layers[layer] ?? [];
      return { ...layers, [layer]: made === 'missing' ? made : change(made) };
    }
  }
}

/** Does to the documents what a change says. */
function apply(
  layers: ReferenceLayers,
  { layer, level, denies, allow }: LayerChange,
  caller: RequestPrincipal,
): ReferenceLayers {
  const isDropped = (document: number, index: number): boolean =>
    denies.some(({ source, index: own }) => source.id.endsWith(`-${document}`) && own === index);
  return changeAt(layers, { layer, level }, (made) => {
    const kept = made.map((document, at) => ({
      ...document,
      Statement: [document.Statement].flat().filter((_, index) => !isDropped(at, index)) as ReferenceStatement[],
    }));
    const added = allow === undefined ? [] : [documentOf(allow, caller)];
    return [...kept.filter(({ Statement }) => Statement.length > 0), ...added];
  });
}

/** By which a policy knows a caller once it is saved: a user by its id, a session by that of its role. */
const savedName = ({ type, uniqueId, arn }: RequestPrincipal): string => {
  if (uniqueId === '') return arn;
  if (type === 'User') return uniqueId;
  return type === 'AssumedRole' ? `${uniqueId}:${arn.split('/').at(-1)}` : arn;
};

function documentOf(
  { action, resource, principal }: NonNullable<LayerChange['allow']>,
  caller: RequestPrincipal,
): ReferenceDocument {
  const name = principal?.type === 'AWS' ? savedName(caller) : principal?.name;
  const statement = {
    Effect: 'Allow',
    Action: action,
    ...(resource !== undefined && { Resource: resource.replaceAll(/[*?$]/g, '${$&}') }),
    ...(principal && { Principal: principal.type === '*' ? '*' : { [principal.type]: name } }),
  };
  return { Version: '2012-10-17', Statement: statement as ReferenceStatement };
}

/** All that could be changed for a request: a resource without policy could be given one. */
function placesOf({ principal }: AuthorizationRequest, layers: ReferenceLayers): readonly Place[] {
  const hasAccount = ['Account', 'User', 'AssumedRole', 'FederatedUser'].includes(principal.type);
  const levels = (layer: 'rcp' | 'scp', of: readonly Documents[] | undefined): readonly Place[] =>
    (of ?? []).map((_, level) => ({ layer, level }));
  return [
    ...levels('rcp', layers.resourceControl),
    ...(hasAccount ? levels('scp', layers.serviceControl) : []),
    ...(layers.resource ? [{ layer: layers.resource.kind, level: undefined }] : []),
    ...(layers.boundary ? [{ layer: 'boundary', level: undefined } as const] : []),
    ...(layers.session || principal.type === 'FederatedUser' ? [{ layer: 'session', level: undefined } as const] : []),
    { layer: 'identity', level: undefined },
  ];
}

/** Everything allowed at a place besides what was, and nothing denied. */
function openAt(layers: ReferenceLayers, place: Place, caller: RequestPrincipal): ReferenceLayers {
  const isOfResource = place.layer === 'resource' || place.layer === 'trust';
  const named = caller.arn === '' ? '*' : { AWS: savedName(caller) };
  const statement = {
    Effect: 'Allow',
    Action: '*',
    ...(place.layer !== 'trust' && { Resource: '*' }),
    ...(isOfResource && { Principal: named }),
    ...(place.layer === 'rcp' && { Principal: '*' }),
  } as ReferenceStatement;
  return changeAt(layers, place, (made) => [
    ...made
      .map((document) => ({
        ...document,
        Statement: ([document.Statement].flat() as ReferenceStatement[]).filter(({ Effect }) => Effect === 'Allow'),
      }))
      .filter(({ Statement }) => Statement.length > 0),
    { Version: '2012-10-17', Statement: statement },
  ]);
}

function smaller<Item>([item, ...rest]: readonly Item[], size: number): readonly (readonly Item[])[] {
  if (size === 0) return [];
  if (item === undefined) return [[]];
  return [...smaller(rest, size), ...smaller(rest, size - 1).map((set) => [item, ...set])];
}

describe('the smallest change', () => {
  test('allows the request, and no smaller set of layers could', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const decision = decide(request, compileLayers(layers));
        const changes = explain(decision).smallestChange();
        expect(changes.length > 0).toBe(!decision.allowed);
        expect(
          allows(
            request,
            changes.reduce((changed, one) => apply(changed, one, request.principal), layers),
          ),
        ).toBe(true);
        for (const set of smaller(placesOf(request, layers), changes.length)) {
          const opened = set.reduce((changed, place) => openAt(changed, place, request.principal), layers);
          expect(allows(request, opened)).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test('has no unnecessary part', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const changes = explain({ request, layers: compileLayers(layers) }).smallestChange();
        for (const change of changes) {
          const without = (part: LayerChange): boolean =>
            allows(
              request,
              changes.reduce((changed, one) => apply(changed, one === change ? part : one, request.principal), layers),
            );
          if (change.allow) expect(without({ ...change, allow: undefined })).toBe(false);
          for (const deny of change.denies) {
            expect(without({ ...change, denies: change.denies.filter((one) => one !== deny) })).toBe(false);
          }
        }
      }),
      RUNS,
    );
  });
});

const REQUEST: AuthorizationRequest = {
  principal: callerOf('user'),
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  resourceAccountId: ACCOUNT,
  context: new Map([['aws:username', 'alice']]),
};
const ALLOW = { Sid: 'Allow', Effect: 'Allow', Action: '*', Resource: '*' };
const DENY = { Sid: 'Deny', Effect: 'Deny', Action: 's3:*', Resource: '*' };

function setOf(statements: readonly object[], type: PolicySource['type']): PolicySet {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return compilePolicySet([compilePolicyText(text, { id: type, type })]);
}
const NONE = compilePolicySet([]);
const broken = (type: PolicySource['type']) => compilePolicySet([compilePolicyText('{', { id: 'broken', type })]);

/** What is told of a change, in short. */
function told(request: AuthorizationRequest, layers: PolicyLayers) {
  return explain({ request, layers })
    .smallestChange()
    .map(({ layer, level, unreadable, denies, allow }) => ({
      layer,
      ...(level !== undefined && { level }),
      ...(unreadable.length > 0 && { unreadable: unreadable.map(({ source }) => source.id) }),
      ...(denies.length > 0 && { denies: denies.map(({ sid }) => sid) }),
      ...(allow && {
        allow: { ...allow, nearest: allow.nearest && [allow.nearest.statement.sid, allow.nearest.mismatch] },
      }),
    }));
}

const NEEDED = { action: REQUEST.action, resource: REQUEST.resource, principal: undefined, nearest: undefined };

describe('its content', () => {
  test('one layer, and the statement that nearly allows: of several, the closest', () => {
    const identity = setOf(
      [
        { Sid: 'Action', Effect: 'Allow', Action: 's3:Put*', Resource: '*' },
        {
          Sid: 'Both',
          Effect: 'Allow',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::other',
          Condition: { Bool: { 'a:b': 'true' } },
        },
        {
          Sid: 'Condition',
          Effect: 'Allow',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:username': 'bob' } },
        },
        { Sid: 'Resource', Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::other' },
      ],
      'inline',
    );
    const mismatch = {
      kind: 'condition',
      operator: 'StringEquals',
      key: 'aws:username',
      wanted: ['bob'],
      actual: 'alice',
    };
    expect(told(REQUEST, { identity })).toEqual([
      { layer: 'identity', allow: { ...NEEDED, nearest: ['Condition', mismatch] } },
    ]);
  });

  test('every denying layer, with the level of the organisation', () => {
    const layers = {
      identity: setOf([ALLOW, DENY], 'inline'),
      boundary: setOf([ALLOW], 'boundary'),
      session: setOf([DENY], 'session'),
      serviceControl: [setOf([ALLOW], 'scp'), setOf([{ ...ALLOW, Action: 'ec2:*' }], 'scp')],
      resourceControl: [
        setOf(
          [
            { ...ALLOW, Principal: '*' },
            { ...DENY, Principal: '*' },
          ],
          'rcp',
        ),
        NONE,
      ],
    };
    const mismatch = { kind: 'action', negated: false, wanted: ['ec2:*'], actual: 's3:GetObject' };
    expect(told(REQUEST, layers)).toEqual([
      { layer: 'rcp', level: 0, denies: ['Deny'] },
      { layer: 'rcp', level: 1, allow: { ...NEEDED, principal: { type: '*', name: '*' } } },
      { layer: 'scp', level: 1, allow: { ...NEEDED, nearest: ['Allow', mismatch] } },
      { layer: 'session', denies: ['Deny'], allow: NEEDED },
      { layer: 'identity', denies: ['Deny'] },
    ]);
  });

  test('one change for the resource instead of two for the caller', () => {
    const layers = {
      identity: NONE,
      boundary: NONE,
      resource: { kind: 'resource' as const, policies: NONE, trustedIds: { [REQUEST.principal.arn]: 'AIDAOLD' } },
    };
    const principal = { type: 'AWS', name: REQUEST.principal.arn };
    expect(told(REQUEST, layers)).toEqual([{ layer: 'resource', allow: { ...NEEDED, principal } }]);
    expect(told(REQUEST, { identity: NONE, boundary: NONE })).toEqual([
      { layer: 'boundary', allow: NEEDED },
      { layer: 'identity', allow: NEEDED },
    ]);
  });

  test('[IAM user guide, Cross-account policy evaluation logic] a resource of another account needs a policy', () => {
    const principal = { type: 'AWS', name: REQUEST.principal.arn };
    expect(told({ ...REQUEST, resourceAccountId: '999988887777' }, { identity: NONE })).toEqual([
      { layer: 'resource', allow: { ...NEEDED, principal } },
      { layer: 'identity', allow: NEEDED },
    ]);
  });

  test.each([
    ['service', { type: 'Service', name: 'ec2.amazonaws.com' }],
    ['web-identity', { type: 'Federated', name: CALLERS['web-identity']?.federated?.[0] }],
    ['anonymous', { type: '*', name: '*' }],
    ['session', { type: 'AWS', name: CALLERS['session']?.arn }],
  ])('a trust policy names a caller: %s', (caller, principal) => {
    const layers = { identity: setOf([ALLOW], 'inline'), resource: { kind: 'trust' as const, policies: NONE } };
    expect(told({ ...REQUEST, principal: callerOf(caller) }, layers)).toEqual([
      { layer: 'trust', allow: { ...NEEDED, resource: undefined, principal } },
    ]);
  });

  test('policies that are missing or cannot be read', () => {
    const identity = compilePolicySet([...setOf([ALLOW], 'inline').policies, ...broken('inline').policies]);
    expect(told(REQUEST, { identity, boundary: 'missing', session: broken('session') })).toEqual([
      { layer: 'boundary', allow: NEEDED },
      { layer: 'session', unreadable: ['broken'], allow: NEEDED },
      { layer: 'identity', unreadable: ['broken'] },
    ]);
  });

  test('a caller that cannot be named gets every layer', () => {
    const principal: RequestPrincipal = { type: 'User', arn: '', accountId: ACCOUNT, uniqueId: '' };
    const request = { ...REQUEST, principal, resourceAccountId: '999988887777' };
    expect(told(request, { identity: setOf([ALLOW], 'inline') }).map(({ layer }) => layer)).toEqual([
      'resource',
      'identity',
    ]);
  });

  test('an allowed request needs no change', () => {
    expect(told(REQUEST, { identity: setOf([ALLOW], 'inline') })).toEqual([]);
  });
});

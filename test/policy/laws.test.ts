import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/policy/combine/decide.ts';
import { explain } from '../../src/policy/explain/explanation.ts';
import type { ReferenceDocument, ReferenceLayers, ReferenceStatement } from '../reference/evaluate.ts';
import { generatedCases } from '../support/generated-cases.ts';
import { compileLayers, layersArbitrary, mapDocuments, requestArbitrary, statementsOf } from './generated.ts';

const RUNS = { numRuns: generatedCases(250) };

type Request = Parameters<typeof decide>[0];

function allows(request: Request, layers: ReferenceLayers): boolean {
  return decide(request, compileLayers(layers)).allowed;
}

function keepStatements(
  documents: readonly ReferenceDocument[],
  isKept: (statement: ReferenceStatement) => boolean,
): readonly ReferenceDocument[] {
  return documents
    .map((document) => ({ ...document, Statement: statementsOf(document).filter(isKept) }))
    .filter(({ Statement }) => Statement.length > 0);
}

/** The layers with the `Deny` statements of others put into those that both have. */
function addDenies(layers: ReferenceLayers, others: ReferenceLayers): ReferenceLayers {
  const denies = (documents: ReferenceLayers['boundary'] = []): readonly ReferenceDocument[] =>
    documents === 'missing' ? [] : keepStatements(documents, ({ Effect }) => Effect === 'Deny');
  const { identity, boundary, session, resource, serviceControl, resourceControl } = layers;
  return {
    ...layers,
    identity: [...identity, ...denies(others.identity)],
    ...(boundary && boundary !== 'missing' && { boundary: [...boundary, ...denies(others.boundary)] }),
    ...(session && { session: [...session, ...denies(others.session)] }),
    ...(resource &&
      resource.kind === others.resource?.kind && {
        resource: { ...resource, documents: [...resource.documents, ...denies(others.resource.documents)] },
      }),
    ...(serviceControl && {
      serviceControl: serviceControl.map((level, at) => [...level, ...denies(others.serviceControl?.[at])]),
    }),
    ...(resourceControl && {
      resourceControl: resourceControl.map((level, at) => [...level, ...denies(others.resourceControl?.[at])]),
    }),
  };
}

const DENY_ALL: ReferenceDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Action: '*', Resource: '*' },
};

describe('[S44] laws of decisions', () => {
  test('without any policy, only a root user in its own account is allowed', () => {
    fc.assert(
      fc.property(requestArbitrary, (request) => {
        const isRoot =
          request.principal.type === 'Account' && request.principal.accountId === request.resourceAccountId;
        expect(allows(request, { identity: [] })).toBe(isRoot);
      }),
      RUNS,
    );
  });

  test('adding a Deny never allows what was denied', () => {
    fc.assert(
      fc.property(layersArbitrary, layersArbitrary, requestArbitrary, (layers, others, request) => {
        const added = addDenies(layers, others);
        if (allows(request, added)) expect(allows(request, layers)).toBe(true);
      }),
      RUNS,
    );
  });

  test('removing an Allow never allows what was denied', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, fc.nat(8), (layers, request, chosen) => {
        let count = 0;
        const isKept = ({ Effect }: ReferenceStatement): boolean => Effect === 'Deny' || count++ !== chosen;
        const fewer = mapDocuments(layers, (documents) => keepStatements(documents, isKept));
        if (allows(request, fewer)) expect(allows(request, layers)).toBe(true);
      }),
      RUNS,
    );
  });

  test('adding a level of service or resource control never allows what was denied', () => {
    fc.assert(
      fc.property(layersArbitrary, layersArbitrary, requestArbitrary, (layers, others, request) => {
        const { serviceControl = [], resourceControl = [] } = layers;
        const deeper = {
          ...layers,
          serviceControl: [...serviceControl, ...(others.serviceControl ?? [])],
          resourceControl: [...resourceControl, ...(others.resourceControl ?? [])],
        };
        if (allows(request, deeper)) expect(allows(request, layers)).toBe(true);
      }),
      RUNS,
    );
  });

  test('the order of the levels does not matter', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const turned = {
          ...layers,
          ...(layers.serviceControl && { serviceControl: [...layers.serviceControl].reverse() }),
          ...(layers.resourceControl && { resourceControl: [...layers.resourceControl].reverse() }),
        };
        expect(allows(request, turned)).toBe(allows(request, layers));
      }),
      RUNS,
    );
  });

  test('changing a statement to Deny never allows what was denied', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, fc.nat(5), (layers, request, chosen) => {
        const turned = mapDocuments(layers, (documents) =>
          documents.map((document) => ({
            ...document,
            Statement: statementsOf(document).map((one, index) =>
              index === chosen ? { ...one, Effect: 'Deny' } : one,
            ),
          })),
        );
        if (allows(request, turned)) expect(allows(request, layers)).toBe(true);
      }),
      RUNS,
    );
  });

  test.each(['identity', 'boundary', 'session'] as const)(
    'an explicit deny of everything in the %s layer always wins',
    (layer) => {
      fc.assert(
        fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
          const denied = { ...layers, [layer]: [...(layers[layer] ?? []), DENY_ALL] };
          const decision = decide(request, compileLayers(denied));
          expect(decision).toMatchObject({ allowed: false, explicit: true });
        }),
        RUNS,
      );
    },
  );

  test('an explicit deny of everything in the resource layer always wins', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const documents = [{ Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' } }] as const;
        const denied: ReferenceLayers = { ...layers, resource: { kind: 'resource', documents } };
        expect(decide(request, compileLayers(denied))).toMatchObject({
          allowed: false,
          explicit: true,
        });
      }),
      RUNS,
    );
  });

  test('the order of policies and statements does not matter', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const turned = mapDocuments(layers, (documents) =>
          documents.map((document) => ({ ...document, Statement: [...statementsOf(document)].reverse() })).reverse(),
        );
        expect(allows(request, turned)).toBe(allows(request, layers));
      }),
      RUNS,
    );
  });

  test('repeating a statement changes nothing', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const doubled = mapDocuments(layers, (documents) => [...documents, ...documents]);
        expect(allows(request, doubled)).toBe(allows(request, layers));
      }),
      RUNS,
    );
  });

  test.each(['boundary', 'session', 'serviceControl', 'resourceControl'] as const)(
    'the %s layer never widens access',
    (layer) => {
      fc.assert(
        fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
          const { [layer]: _dropped, ...free } = layers;
          // a federated user has what a session policy gives it, and nothing without one
          fc.pre(layer !== 'session' || request.principal.type !== 'FederatedUser');
          if (allows(request, layers)) expect(allows(request, free)).toBe(true);
        }),
        RUNS,
      );
    },
  );

  test('a boundary whose policy is missing allows nothing', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        expect(decide(request, { ...compileLayers(layers), boundary: 'missing' }).allowed).toBe(false);
      }),
      RUNS,
    );
  });

  test('decisions are repeatable, also with a recompiled set', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, requestArbitrary, (layers, request, other) => {
        const compiled = compileLayers(layers);
        const first = decide(request, compiled);
        decide(other, compiled);
        const again = decide(request, compiled);
        expect({ ...again }).toEqual({ ...first });
        expect(explain(again).statements).toEqual(explain(first).statements);
        expect(allows(request, layers)).toBe(first.allowed);
      }),
      RUNS,
    );
  });

  test('the explanation agrees with the decision', () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const decision = decide(request, compileLayers(layers));
        const traces = explain(decision).statements;
        const matched = traces.filter((trace) => trace.mismatch === undefined);
        expect(decision.explicit).toBe(matched.some((trace) => trace.statement.effect === 'Deny'));
        for (const statement of decision.statements)
          expect(matched.map((trace) => trace.statement)).toContain(statement);
        if (decision.cause === 'no-allow') {
          expect(
            matched.some(
              ({ layer, level, statement }) =>
                layer === decision.layer && level === decision.level && statement.effect === 'Allow',
            ),
          ).toBe(false);
        }
      }),
      RUNS,
    );
  });
});

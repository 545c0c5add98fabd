import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/policy/combine/decide.ts';
import { referenceAllows } from '../reference/evaluate.ts';
import { callerOf } from './callers.ts';
import { compileLayers, type Pair, pairArbitrary } from './generated.ts';
import type { PairVector } from './pair-vector.ts';
import { vectorRows } from './vector-files.ts';

/** A few of those that CI compares (`scripts/compare-policy-pairs.ts`). */
const PAIRS = 2000;

describe('[S44] the compiled engine against the reference evaluator', () => {
  let allowed = 0;

  test(`${PAIRS} generated policies and requests are decided alike`, () => {
    fc.assert(
      fc.property(pairArbitrary, ({ request, layers }) => {
        const decision = decide(request, compileLayers(layers));
        if (decision.allowed) allowed++;
        expect(decision.allowed).toBe(referenceAllows(request, layers));
      }),
      { numRuns: PAIRS },
    );
  });

  test('they are not all decided the same way, so the comparison is meaningful', () => {
    expect(allowed).toBeGreaterThan(PAIRS / 5);
    expect(allowed).toBeLessThan((PAIRS * 4) / 5);
  });

  test.each(vectorRows<PairVector>('pairs', ({ name }) => name))(
    'a pair kept: %s',
    (_title, { request, layers, allowed: isAllowed }) => {
      const { principal, context, ...rest } = request;
      const asked: Pair['request'] = {
        ...rest,
        principal: callerOf(principal),
        context: new Map(Object.entries(context)),
      };
      expect(decide(asked, compileLayers(layers)).allowed).toBe(isAllowed);
      expect(referenceAllows(asked, layers)).toBe(isAllowed);
    },
  );

  test('the reference shares no code with the engine', () => {
    const directory = new URL('../reference/', import.meta.url);
    for (const file of readdirSync(directory)) {
      const source = readFileSync(new URL(file, directory), 'utf8');
      const imported = [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']*)'/g)].map((found) => found[1]);
      for (const name of imported) expect([file, name]).toEqual([file, expect.stringMatching(/^\.\/[a-z-]+\.ts$/)]);
    }
  });
});

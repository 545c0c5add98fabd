import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundLayers } from '../../src/policy/combine/bound-layers.ts';
import { decide } from '../../src/policy/combine/decide.ts';
import { referenceAllows } from '../reference/evaluate.ts';
import { compileLayers, layersArbitrary, requestArbitrary } from './generated.ts';

/** More by the environment: the engine's proof runs 100,000. fast-check prints the seed and the shrunk pair of a failure. */
const PAIRS = Number(process.env['ROLECALL_TEST_POLICY_PAIRS'] ?? 6000);

describe('[S44] the compiled engine against the reference evaluator', () => {
  let allowed = 0;

  test(`${PAIRS} generated policies and requests are decided alike`, () => {
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const compiled = compileLayers(layers);
        for (const { set } of boundLayers(request, compiled)) {
          expect(set).toMatchObject({ unreadable: undefined });
        }
        const decision = decide(request, compiled);
        if (decision.allowed) allowed++;
        expect(decision.allowed).toBe(referenceAllows(request, layers));
      }),
      { numRuns: PAIRS },
    );
  });

  test('they are not all decided the same way, so the comparison tells something', () => {
    expect(allowed).toBeGreaterThan(PAIRS / 50);
    expect(allowed).toBeLessThan((PAIRS * 49) / 50);
  });
});

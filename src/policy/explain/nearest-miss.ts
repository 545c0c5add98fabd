import type { MatchScope } from '../combine/match-statement.ts';
import type { CompiledStatement } from '../compile/compiled-policy.ts';
import { type Mismatch, mismatchesOf } from './trace.ts';

/** A statement that would allow but for one of its parts. */
export interface NearMiss {
  readonly statement: CompiledStatement;
  readonly mismatch: Mismatch;
}

const PARTS_IN_ORDER: readonly Mismatch['kind'][] = ['action', 'resource', 'principal', 'condition'];

/** Of these statements the one that would allow but for one part; of several, the one that got furthest. */
export function nearestMiss(statements: readonly CompiledStatement[], scope: MatchScope): NearMiss | undefined {
  const misses = statements.flatMap((statement) => {
    const [mismatch, ...more] = statement.effect === 'Allow' ? mismatchesOf(statement, scope) : [];
    return mismatch && more.length === 0 ? [{ statement, mismatch }] : [];
  });
  const progress = ({ mismatch }: NearMiss): number => PARTS_IN_ORDER.indexOf(mismatch.kind);
  return misses.sort((a, b) => progress(b) - progress(a))[0];
}

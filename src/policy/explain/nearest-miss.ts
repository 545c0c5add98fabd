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
  const misses: NearMiss[] = [];
  for (const statement of statements) {
    const mismatch = statement.effect === 'Allow' ? onlyMismatchOf(statement, scope) : undefined;
    if (mismatch) misses.push({ statement, mismatch });
  }
  const progress = ({ mismatch }: NearMiss): number => PARTS_IN_ORDER.indexOf(mismatch.kind);
  return misses.sort((a, b) => progress(b) - progress(a))[0];
}

function onlyMismatchOf(statement: CompiledStatement, scope: MatchScope): Mismatch | undefined {
  const mismatches = mismatchesOf(statement, scope);
  const first = mismatches.next();
  return !first.done && mismatches.next().done ? first.value : undefined;
}

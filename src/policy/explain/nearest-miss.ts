import type { MatchScope } from '../combine/match-statement.ts';
import type { CompiledStatement } from '../compile/compiled-policy.ts';
import { type Mismatch, mismatchesOf } from './trace.ts';

/** A statement that would allow the request if one of its parts matched. */
export interface NearMiss {
  readonly statement: CompiledStatement;
  readonly mismatch: Mismatch;
}

const PARTS_IN_ORDER: readonly Mismatch['kind'][] = ['action', 'resource', 'principal', 'condition'];

/** The statement that would allow the request if one part matched. Of several, the one whose mismatch comes latest. */
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

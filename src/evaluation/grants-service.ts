import type { CompiledPolicy, CompiledStatement } from '../policy/compile/compiled-policy.ts';
import { matchesGlob } from '../policy/match/glob.ts';

/**
 * Whether a policy allows anything of a service (`iam`, `s3`). Which actions the service has is not asked: a name that no
 * action has counts like any other, and `NotAction` leaves something unless it takes the whole service out.
 */
export function grantsService({ statements }: CompiledPolicy, service: string): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && isAboutService(statement, service));
}

function isAboutService({ actions: { negated, patterns } }: CompiledStatement, service: string): boolean {
  return negated
    ? !patterns.some((pattern) => matchesWholly(pattern, service))
    : patterns.some((pattern) => matchesPartly(pattern, service));
}

/** Whether some action of the service is matched. */
function matchesPartly(pattern: string, service: string): boolean {
  return matchesPrefix(pattern.slice(0, endOfPrefix(pattern)), service);
}

/** Whether every action of the service is matched. */
function matchesWholly(pattern: string, service: string): boolean {
  return /^\*$|:\*+$/.test(pattern) && matchesPartly(pattern, service);
}

/** The service's part of an action; the one pattern that may have none is the star. */
function endOfPrefix(pattern: string): number {
  const colon = pattern.indexOf(':');
  return colon < 0 ? pattern.length : colon;
}

function matchesPrefix(prefix: string, service: string): boolean {
  return matchesGlob(prefix.toLowerCase(), service.toLowerCase());
}

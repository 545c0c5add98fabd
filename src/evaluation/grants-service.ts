import type { CompiledPolicy, CompiledStatement } from '../policy/compile/compiled-policy.ts';
import { matchesGlob } from '../policy/match/glob.ts';

/**
 * Whether a policy allows any action of a service (`iam`, `s3`). It does not check which actions the service has: a name that is not
 * an action counts like any other, and `NotAction` leaves some action unless it excludes the whole service.
 */
export function grantsService({ statements }: CompiledPolicy, service: string): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && isAboutService(statement, service));
}

/** Whether a policy denies every action of a service on every resource, whatever the circumstances. */
export function deniesService({ statements }: CompiledPolicy, service: string): boolean {
  return statements.some(({ effect, condition, resources, actions: { negated, patterns } }) => {
    if (effect !== 'Deny' || condition !== undefined) return false;
    const isEverywhere = resources === undefined || (!resources.negated && resources.patterns.includes('*'));
    const isWhole = negated
      ? !patterns.some((pattern) => matchesPartly(pattern, service))
      : patterns.some((pattern) => matchesWholly(pattern, service));
    return isEverywhere && isWhole;
  });
}

function isAboutService({ actions: { negated, patterns } }: CompiledStatement, service: string): boolean {
  return negated
    ? !patterns.some((pattern) => matchesWholly(pattern, service))
    : patterns.some((pattern) => matchesPartly(pattern, service));
}

/** Whether the pattern matches some action of the service. */
function matchesPartly(pattern: string, service: string): boolean {
  return matchesPrefix(pattern.slice(0, endOfPrefix(pattern)), service);
}

/** Whether the pattern matches every action of the service. */
function matchesWholly(pattern: string, service: string): boolean {
  return /^\*$|:\*+$/.test(pattern) && matchesPartly(pattern, service);
}

/** The end of an action's service prefix. Only the pattern `*` may have no prefix. */
function endOfPrefix(pattern: string): number {
  const colon = pattern.indexOf(':');
  return colon < 0 ? pattern.length : colon;
}

function matchesPrefix(prefix: string, service: string): boolean {
  return matchesGlob(prefix.toLowerCase(), service.toLowerCase());
}

/** Whether a policy allows an action (`s3:GetObject`) on any resource under any condition. Denials are ignored. */
export function grantsAction({ statements }: CompiledPolicy, action: string): boolean {
  const wanted = action.toLowerCase();
  return statements.some(({ effect, actions: { negated, patterns } }) => {
    if (effect !== 'Allow') return false;
    return patterns.some((pattern) => matchesGlob(pattern.toLowerCase(), wanted)) !== negated;
  });
}

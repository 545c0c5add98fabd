import type { Connector } from '../../identity/documents/connector.ts';
import type { User } from '../../identity/documents/user.ts';
import { hasOnlyOneLink } from '../../identity/links/dismiss-linked.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { DISABLED_THERE, type Standing, UNMET } from './standing.ts';

/** A change of who may sign in, by the directory and the condition of the connector. */
export interface PlannedStep {
  readonly action: 'disable' | 'enable' | 'keep';
  readonly reason: string;
}

/** The user's subject at this connector; `undefined` if they do not sign in through it. */
export function subjectAt({ connectorId }: Pick<Connector, 'connectorId'>, { links = [] }: User): string | undefined {
  return links.find(({ id, subject }) => id === linkId(connectorId, subject))?.subject;
}

/**
 * What becomes of a user. A user who has another way to sign in is not only the directory's, and is never disabled by it.
 * @returns `undefined` if nothing changes.
 */
export function planFor(user: User, standing: Standing): PlannedStep | undefined {
  const before = user.disabled?.directory;
  if (standing.maySignIn) return before && { action: 'enable', reason: reasonToEnable(before.reason) };
  if (before !== undefined) return undefined;
  return { action: hasOnlyOneLink(user) ? 'disable' : 'keep', reason: standing.reason };
}

/** @param disabledBecause see `standing.ts`, after the name of the connector. */
function reasonToEnable(disabledBecause: string): string {
  if (disabledBecause.includes(`: ${UNMET}`)) return 'meets the condition of the connector again';
  return disabledBecause.includes(`: ${DISABLED_THERE}`) ? 'enabled in the directory again' : 'back in the directory';
}

/** How many people a run may disable without being told so: 20, but no more than a tenth; two always. */
export function usualLimit(linked: number): number {
  return Math.max(2, Math.min(20, Math.floor(linked / 10)));
}

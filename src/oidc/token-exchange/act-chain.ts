import type { ActClaim } from '../library/exchange/exchanged-tokens.ts';
import type { Refusals } from './refusals.ts';

/** The longest chain of parties that act for each other. */
const LONGEST = 8;

/**
 * Adds an actor to the chain (RFC 8693 §4.1: the current one is the outermost). Those before it stay.
 * @throws `invalid_request` if the chain becomes too long.
 */
export function withActor(
  actor: string | undefined,
  before: ActClaim | undefined,
  refuse: Refusals,
): ActClaim | undefined {
  if (actor === undefined || before?.sub === actor) return before;
  if (lengthOf(before) >= LONGEST) throw refuse.request(`the token has passed through ${LONGEST} actors already`);
  return { sub: actor, ...(before !== undefined && { act: before }) };
}

function lengthOf(act: ActClaim | undefined): number {
  return act === undefined ? 0 : 1 + lengthOf(act.act);
}

/** Who is about to act for a subject. */
export interface Acting {
  readonly sub: string;
  readonly clientId: string;
  readonly issuer: string;
}

/**
 * A token that names who may act for its subject is exchanged by nobody else (RFC 8693 §4.4).
 * @throws `invalid_request`
 */
export function requireMayAct(mayAct: unknown, acting: Acting, refuse: Refusals): void {
  if (mayAct === undefined) return;
  const { sub, iss, client_id: clientId } = Object(mayAct) as Readonly<Record<string, unknown>>;
  const isMeant =
    sub === acting.sub &&
    (iss === undefined || iss === acting.issuer) &&
    (clientId === undefined || clientId === acting.clientId);
  if (!isMeant) throw refuse.request('subject_token names another party that may act for its subject (may_act)');
}

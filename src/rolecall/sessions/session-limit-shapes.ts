import type { Target } from '../../authorize/target.ts';
import type { StoredSessionLimits } from '../../identity/documents/account.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const { integer, required } = shape;

/** The longest that any configuration of a server makes sense with, in seconds: a year. */
const LONGEST = 365 * 24 * 3600;
/** As in the configuration file. */
const SHORTEST = 60;

export const IDLE_SECONDS = integer('SessionIdleSeconds', { range: [SHORTEST, LONGEST] });
export const ABSOLUTE_SECONDS = integer('SessionAbsoluteSeconds', { range: [SHORTEST, LONGEST] });

/** The limits in force. */
export const LIMITS_OUTPUT = {
  IdleSeconds: required(IDLE_SECONDS, 'After how many seconds without use a browser session ends.'),
  AbsoluteSeconds: required(ABSOLUTE_SECONDS, 'How many seconds after the sign-in a browser session ends.'),
  MaxIdleSeconds: required(IDLE_SECONDS, 'The longest `IdleSeconds` that the server allows.'),
  MaxAbsoluteSeconds: required(ABSOLUTE_SECONDS, 'The longest `AbsoluteSeconds` that the server allows.'),
};

/** What is in force for an account with these limits. The limits of the server always apply as well. */
export function shownLimits(
  { idleSeconds = Infinity, absoluteSeconds = Infinity }: StoredSessionLimits,
  server: RolecallDependencies['sessionLimits'],
): StructureOf<typeof LIMITS_OUTPUT> {
  return {
    IdleSeconds: Math.min(idleSeconds, server.idleSeconds),
    AbsoluteSeconds: Math.min(absoluteSeconds, server.absoluteSeconds),
    MaxIdleSeconds: server.idleSeconds,
    MaxAbsoluteSeconds: server.absoluteSeconds,
  };
}

/** The limits of an account's sessions, as what permissions are checked on. */
export function limitsTarget({ schema }: Pick<Declared, 'schema'>, accountId: string): Target {
  return { action: actionOf(schema), resource: rolecallArn(accountId, 'session-limits'), resourceAccountId: accountId };
}

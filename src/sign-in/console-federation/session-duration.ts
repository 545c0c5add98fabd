import { ServiceError } from '../../kernel/service-error.ts';
import type { FederatedSession } from './temporary-credentials.ts';

const SHORTEST = 900;
const LONGEST = 43_200;

/**
 * The parameter `SessionDuration`: how long the console session lasts, in seconds. `undefined`: as long as the credentials.
 * @throws {ServiceError} ValidationError, also as in AWS for credentials of GetFederationToken and those of role chaining.
 */
export function readSessionDuration(text: string | undefined, { caller }: FederatedSession): number | undefined {
  if (text === undefined || text === '') return undefined;
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < SHORTEST || seconds > LONGEST) {
    throw new ServiceError(
      'ValidationError',
      `SessionDuration must be a number of seconds from ${SHORTEST} to ${LONGEST}.`,
    );
  }
  if (caller.type === 'FederatedUser') {
    throw new ServiceError(
      'ValidationError',
      'SessionDuration cannot be used with credentials from GetFederationToken.',
    );
  }
  if (caller.session.isChained === true) {
    throw new ServiceError(
      'ValidationError',
      'SessionDuration cannot be used with a role that was assumed with temporary credentials (role chaining).',
    );
  }
  return seconds;
}

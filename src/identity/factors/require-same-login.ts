import { ServiceError } from '../../kernel/service-error.ts';
import { generationOf, type HasLogins } from '../credentials/login-generation.ts';

/**
 * Requires that the logins of a person have not ended since `asked` was read, when they asked for a change of their own factors. The change
 * keeps their session, so a request that was on its way, perhaps a thief's, would otherwise outlive the reset that was to end it.
 * @param now the person at the moment of the change.
 * @throws {ServiceError} AccessDenied
 */
export function requireSameLogin(now: HasLogins, asked: HasLogins): void {
  if (generationOf(now) !== generationOf(asked)) {
    throw new ServiceError('AccessDenied', 'You are signed out. Sign in again.');
  }
}

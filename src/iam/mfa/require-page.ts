import { type AddingCall, needsConfirmation } from '../../identity/own-browsers/confirmed-only.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** Who adds a device, and for whom. */
export type FirstFactorCall = Omit<AddingCall, 'sendsMail'>;

/**
 * Refuses a person's first factor to the role sessions that came from the person's own sign-in by a password alone.
 * @throws {ServiceError} AccessDenied
 */
export function requirePage(
  { sendsMail }: Pick<IamDependencies, 'sendsMail'>,
  { holder, caller }: FirstFactorCall,
): void {
  if (!needsConfirmation({ holder, caller, sendsMail })) return;
  throw new ServiceError(
    'AccessDenied',
    'The first MFA device of the person who signed in for this session must be added on the page /sign-in/factors, which can confirm by mail that it is them.',
  );
}

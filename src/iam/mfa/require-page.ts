import { type CredentialHolder, hasFactor } from '../../identity/credentials/credential-holder.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** Who adds a device, and for whom. */
export interface FirstFactorCall {
  readonly holder: CredentialHolder;
  readonly caller: Caller;
}

/**
 * Refuses a person's first factor to the role sessions that came from the person's own sign-in by a password alone: whoever stole the
 * password could add a factor of their own by such a role, although the page asks for a mailed code. Access keys are a credential of their
 * own, and other people's roles are those of administrators.
 * @throws {ServiceError} AccessDenied
 */
export function requirePage(
  { sendsMail }: Pick<IamDependencies, 'sendsMail'>,
  { holder, caller }: FirstFactorCall,
): void {
  const { session } = caller;
  const isOwnSignIn = session?.login?.subject === holder.subject && session.mfaAuthenticatedAt === undefined;
  if (!sendsMail || !isOwnSignIn || hasFactor(holder) || !holder.isEmailVerified) return;
  throw new ServiceError(
    'AccessDenied',
    'The first MFA device of the person who signed in for this session must be added on the page /sign-in/factors, which can confirm by mail that it is them.',
  );
}

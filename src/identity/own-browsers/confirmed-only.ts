import { type CredentialHolder, hasFactor } from '../credentials/credential-holder.ts';
import type { Caller } from '../sessions/caller.ts';

/** Who adds a way to sign in, and for whom. */
export interface AddingCall {
  readonly holder: CredentialHolder;
  readonly caller: Caller;
  /** Whether people can be mailed codes that confirm their browser. */
  readonly sendsMail: boolean;
}

/**
 * Whether a call comes from a role session of the person's own sign-in by a password alone, and would add a way to sign in that the pages add
 * only after a code by mail, or a credential that outlives the session. A thief of the password could otherwise add one of their own by such a
 * role. A call signed by an access key is none of these, and other people's roles are those of administrators.
 */
export function needsConfirmation({ holder, caller: { session }, sendsMail }: AddingCall): boolean {
  const isOwnSignIn = session?.login?.subject === holder.subject && session.mfaAuthenticatedAt === undefined;
  return sendsMail && isOwnSignIn && !hasFactor(holder) && holder.isEmailVerified;
}

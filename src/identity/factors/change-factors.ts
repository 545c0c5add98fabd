import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder, Factor, HeldCredentials, HolderId } from '../credentials/credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/**
 * Adds or removes a holder's factors by compare-and-swap. This also ends all logins: someone who lost a factor, or adds one after a theft,
 * must not keep sharing sessions with the thief.
 * @returns `undefined` if the holder is gone.
 */
export function changeFactors(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
  holder: HolderId,
  change: (old: readonly Factor[], holder: CredentialHolder) => readonly Factor[],
): Promise<CredentialHolder | undefined> {
  return changeCredentials(store, holder, (old) => {
    const factors = change(old.factors, old);
    // If codes outlived the last factor, a person who kept old ones could use them in place of the next factor.
    return factors.length === 0 ? withSignInReset({ ...old, factors }) : { ...withLoginsEnded(old), factors };
  });
}

/**
 * Ends all logins and the recovery codes: when someone else resets a password or a factor, someone who got hold of the codes must not keep
 * a way in.
 */
export function withSignInReset(held: HeldCredentials): HeldCredentials {
  return { ...withLoginsEnded(held), recoveryCodes: undefined };
}

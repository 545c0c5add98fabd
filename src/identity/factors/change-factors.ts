import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder, Factor, HolderId } from '../credentials/credential-holder.ts';
import { withoutLogins } from '../credentials/login-generation.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/**
 * Adds or removes factors of a holder under compare-and-swap. It ends all logins: whoever lost a factor, or gets one after a theft, must
 * not go on sharing sessions with the thief.
 * @returns `undefined` if the holder is gone.
 */
export function changeFactors(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
  holder: HolderId,
  change: (old: readonly Factor[]) => readonly Factor[],
): Promise<CredentialHolder | undefined> {
  return changeCredentials(store, holder, (old) => ({ ...withoutLogins(old), factors: change(old.factors) }));
}

import { requireAccount } from '../accounts/account-alias.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import { withSignInReset } from '../factors/change-factors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { Passwords } from './passwords.ts';

export interface ResetDependencies {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
}

/**
 * Sets a generated password for a holder, whether or not there was one, and ends all its logins and recovery codes. An IAM user must change it at the next
 * sign-in; a root user need not, since root users are never required to change their password.
 * @returns the holder after the change; `undefined` if it is gone.
 */
export async function resetPassword(
  { store, passwords }: ResetDependencies,
  { holder, generated, now }: { readonly holder: CredentialHolder; readonly generated: string; readonly now: number },
): Promise<CredentialHolder | undefined> {
  const { passwordPolicy } = await requireAccount(store, holder.accountId);
  const hash = await passwords.hash(generated);
  return changeCredentials(store, holder, (old) => {
    const former = old.password === undefined ? [] : [old.password.hash, ...old.password.formerHashes];
    const isUser = old.kind === 'user';
    return {
      ...withSignInReset(old),
      password: {
        hash,
        createdAt: old.password?.createdAt ?? now,
        changedAt: now,
        resetRequired: isUser,
        formerHashes: isUser ? former.slice(0, passwordPolicy?.passwordReusePrevention ?? 0) : [],
      },
    };
  });
}

import type { IdentityStore } from '../store/identity-store.ts';
import { changeCredentials } from './change-credentials.ts';
import { parseSubject } from './find-credential-holder.ts';
import { withLoginsEnded } from './login-generation.ts';

/** Ends all logins of a person, given by subject: sessions, codes and tokens on every process, and the role sessions derived from them. */
export async function endLogins(store: IdentityStore, subject: string): Promise<void> {
  const holder = parseSubject(subject);
  if (holder) await changeCredentials(store, holder, withLoginsEnded);
}

import { accountIdOf } from '../../kernel/ids.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { withoutLogins } from './login-generation.ts';

/** Ends all logins of a person, by subject: sessions, codes and tokens, on every process, and role sessions that came of them. */
export async function endLogins({ users, accounts }: IdentityStore, subject: string): Promise<void> {
  const accountId = accountIdOf(subject);
  if (accountId !== undefined) await users.update([accountId, subject], withoutLogins);
  else await accounts.update([subject], (account) => ({ ...account, root: withoutLogins(account.root) }));
}

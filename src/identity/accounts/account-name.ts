import type { Account } from '../documents/account.ts';

/** What an account is called in mails: its brand, else its alias, else its id. */
export function accountName({ accountId, alias, branding }: Pick<Account, 'accountId' | 'alias' | 'branding'>): string {
  return branding?.displayName ?? alias ?? accountId;
}

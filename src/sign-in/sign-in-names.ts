import { foldEmail } from '../identity/credentials/people.ts';
import { foldName } from '../identity/documents/entity.ts';
import type { SignInName } from '../identity/sign-in/sign-in.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { TypedName } from './pages/typed-name.ts';

export interface SignInNames {
  /** Whether there is only one account, so that nobody has to name it. */
  hasOneAccount(): Promise<boolean>;
  /** Whether the account must be typed, too. It depends on the text and on the number of accounts, never on who exists. */
  needsAccount(typed: TypedName): Promise<boolean>;
  /** Finds out who is meant; `undefined` if the account must be named. Reveals nothing about who exists. */
  meant(typed: TypedName): Promise<SignInName | undefined>;
}

/** Accepts `1234-5678-9012` and `1234 5678 9012` as account ids; anything else is returned unchanged. */
function accountOf(typed: string): string {
  const digits = typed.replace(/[\s-]/g, '');
  return /^\d{12}$/.test(digits) ? digits : typed;
}

/**
 * The text under which attempts are counted: only what was typed. If they were counted under the person, two spellings of one name would
 * share a count exactly if that person exists, which would reveal it.
 */
export function typedText({ account, name }: TypedName): string {
  return JSON.stringify([accountOf(account).toLowerCase(), foldEmail(name)]);
}

export function openSignInNames({ accounts, users }: Pick<IdentityStore, 'accounts' | 'users'>): SignInNames {
  const onlyAccount = async (): Promise<string | undefined> => {
    const { items } = await accounts.find('byRootEmail', [], { limit: 2 });
    return items.length === 1 ? items[0]?.accountId : undefined;
  };
  const isRootEmail = async (name: string): Promise<boolean> =>
    (await accounts.find('byRootEmail', [foldEmail(name)], { limit: 1 })).items.length > 0;
  const accountNamed = async (account: string): Promise<string | undefined> => {
    if (/^\d{12}$/.test(account)) return account;
    return (await accounts.find('byAlias', [account.toLowerCase()], { limit: 1 })).items[0]?.accountId;
  };
  const isUserOf = async (account: string, name: string): Promise<boolean> => {
    const accountId = await accountNamed(account);
    const named =
      accountId === undefined ? undefined : await users.find('byName', [accountId, foldName(name)], { limit: 1 });
    return (named?.items.length ?? 0) > 0;
  };

  return {
    hasOneAccount: async () => (await onlyAccount()) !== undefined,
    needsAccount: async ({ account, name }) =>
      account === '' && !name.includes('@') && (await onlyAccount()) === undefined,
    async meant({ account: typed, name }) {
      const account = accountOf(typed);
      const only = account === '' ? await onlyAccount() : undefined;
      if (!name.includes('@')) {
        const at = account === '' ? only : account;
        return at === undefined ? undefined : { account: at, userName: name };
      }
      const email = { email: name };
      if (account === '' && only === undefined) return email;
      // User names may look like e-mail addresses, and take precedence in the typed account. Both are always looked up, so that the time
      // reveals nothing.
      const at = account === '' ? (only ?? '') : account;
      const [isUser, isRoot] = await Promise.all([isUserOf(at, name), isRootEmail(name)]);
      if (account === '') return isUser && !isRoot ? { account: at, userName: name } : email;
      return isUser ? { account: at, userName: name } : email;
    },
  };
}

import { foldEmail } from '../identity/credentials/people.ts';
import { foldName } from '../identity/documents/entity.ts';
import type { SignInName } from '../identity/sign-in/sign-in.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';

/** What people type into the two fields of the sign-in page. */
export interface TypedName {
  /** An account's id, its dashes as AWS shows them or without, or its alias; empty where there is only one. */
  readonly account: string;
  /** A user name, or an e-mail address. */
  readonly name: string;
}

export interface SignInNames {
  /** Whether there is one account, which nobody has to name. */
  hasOneAccount(): Promise<boolean>;
  /** Who is meant; `undefined` where the account must be named. Tells nothing of who exists. */
  meant(typed: TypedName): Promise<SignInName | undefined>;
}

/** `1234-5678-9012` and `1234 5678 9012` are account ids, too; anything else is as it was typed. */
function accountOf(typed: string): string {
  const digits = typed.replace(/[\s-]/g, '');
  return /^\d{12}$/.test(digits) ? digits : typed;
}

/**
 * What attempts are counted under: what was typed alone. Counted under who is meant by it, two ways to type one name would have one count
 * exactly where there is somebody of that name.
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
    async meant({ account: typed, name }) {
      const account = accountOf(typed);
      const only = account === '' ? await onlyAccount() : undefined;
      if (!name.includes('@')) {
        const at = account === '' ? only : account;
        return at === undefined ? undefined : { account: at, userName: name };
      }
      const email = { email: name };
      if (account === '' && only === undefined) return email;
      // User names may look like addresses, and come first in the account that was typed. Both are looked up in any case: the time must not tell.
      const at = account === '' ? (only ?? '') : account;
      const [isUser, isRoot] = await Promise.all([isUserOf(at, name), isRootEmail(name)]);
      if (account === '') return isUser && !isRoot ? { account: at, userName: name } : email;
      return isRoot && !isUser ? email : { account: at, userName: name };
    },
  };
}

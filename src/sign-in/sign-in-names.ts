import { addressOwner } from '../identity/credentials/address-owner.ts';
import { foldEmail, NO_ACCOUNT } from '../identity/credentials/people.ts';
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

/** A typed account id or alias, as it is stored. */
export function typedAccount(typed: string): string {
  return accountOf(typed).toLowerCase();
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
  return JSON.stringify([typedAccount(account), foldEmail(name)]);
}

export function openSignInNames({ accounts, users }: Pick<IdentityStore, 'accounts' | 'users'>): SignInNames {
  const onlyAccount = async (): Promise<string | undefined> => {
    const { items } = await accounts.find('byRootEmail', [], { limit: 2 });
    return items.length === 1 ? items[0]?.accountId : undefined;
  };
  const accountNamed = async (account: string): Promise<string | undefined> => {
    if (/^\d{12}$/.test(account)) return account;
    return (await accounts.find('byAlias', [account.toLowerCase()], { limit: 1 })).items[0]?.accountId;
  };
  /** Whether a text means a user of the account by its name: no other person of the account has it as an address. The work is always the same. */
  const isNameOf = async (account: string, name: string): Promise<boolean> => {
    const accountId = (await accountNamed(account)) ?? NO_ACCOUNT;
    const [named, owner] = await Promise.all([
      users.find('byName', [accountId, foldName(name)], { limit: 1 }),
      addressOwner({ accounts, users }, { accountId, text: name }),
    ]);
    const [user] = named.items;
    return user !== undefined && (owner === undefined || owner.subject === user.userId);
  };

  return {
    hasOneAccount: async () => (await onlyAccount()) !== undefined,
    needsAccount: async ({ account, name }) =>
      account === '' && !name.includes('@') && (await onlyAccount()) === undefined,
    async meant({ account: typed, name }) {
      const account = accountOf(typed);
      const only = account === '' ? await onlyAccount() : undefined;
      const at = account === '' ? only : account;
      if (!name.includes('@')) return at === undefined ? undefined : { account: at, userName: name };
      // A user name may look like an e-mail address, but never takes the place of the address's owner in the same account. In a named account, it
      // comes before the owner in another account, so that no account can reserve names in others.
      return at !== undefined && (await isNameOf(at, name))
        ? { account: at, userName: name }
        : { email: name, account: at };
    },
  };
}

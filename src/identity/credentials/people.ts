import type { Account, PasswordPolicy } from '../documents/account.ts';
import { foldName } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { type CredentialHolder, hasFactor, type StoredPassword } from './credential-holder.ts';
import { findCredentialHolder, findHolderBy, parseSubject } from './find-credential-holder.ts';
import { userHolder } from './stored-holders.ts';

/** A holder of credentials who may sign in to pages: one with a password. */
export interface Person extends CredentialHolder {
  readonly accountAlias: string | undefined;
  /** The user's name; `root` for a root user. */
  readonly name: string;
  readonly password: PersonPassword;
}

export interface PersonPassword extends StoredPassword {
  /** The account's; none for root users, whom AWS's policies do not bind. */
  readonly policy: PasswordPolicy | undefined;
}

/** What is known of the login that something was issued for. */
export interface Login {
  /** The person's when the password was shown; absent in what versions before this count have issued. */
  readonly generation: number | undefined;
  /** Ms since the epoch. */
  readonly began: number;
}

/**
 * Whether a login is over (S36): since it began, a password was given, changed or taken away, a factor came or went, or all logins were
 * ended. What bears no generation is judged by the clock, and only until one of these has happened.
 */
export function isLoginOver(person: Person, { generation, began }: Login): boolean {
  if (generation !== undefined) return generation !== person.loginGeneration;
  return person.loginGeneration !== 0 || !(began >= person.password.changedAt);
}

/** What a page's session tells of the sign-in that it began with. */
export interface SignedInSession {
  /** Seconds since the epoch. */
  readonly loginTs?: number | undefined;
  readonly loginGeneration?: number | undefined;
  /** RFC 8176. */
  readonly amr?: readonly string[] | undefined;
}

/**
 * Whether a page's session of the person is over: its login is; or the password is to be changed, or a second factor to be shown, which
 * the next sign-in sees to.
 */
export function isSessionOver(person: Person, session: SignedInSession): boolean {
  const { loginTs = 0, loginGeneration, amr = [] } = session;
  const lacksFactor = hasFactor(person) && !amr.includes('mfa');
  const isOver = isLoginOver(person, { generation: loginGeneration, began: loginTs * 1000 });
  return lacksFactor || person.password.resetRequired || isOver;
}

/**
 * Whether a sign-in that has come half way is over: its login is, as the person was when the password was shown; or there is a second
 * factor now that it does not ask for.
 */
export function isSignInOver(
  person: Person,
  { generation, amr, steps }: { generation: number; amr: readonly string[]; steps: readonly string[] },
): boolean {
  const lacksFactor = hasFactor(person) && !amr.includes('mfa') && !steps.includes('mfa');
  return lacksFactor || generation !== person.loginGeneration;
}

/** Finds people by what they type and by what apps know them by. */
export interface People {
  /** `account`: an account's id or alias. */
  byUserName(account: string, userName: string): Promise<Person | undefined>;
  byEmail(email: string): Promise<Person | undefined>;
  /** `undefined` also for those who may sign in no more (deleted, or their login profile was). */
  bySubject(subject: string): Promise<Person | undefined>;
}

function personOf(holder: CredentialHolder, { alias, passwordPolicy }: Account): Person | undefined {
  const { password } = holder;
  if (password === undefined) return undefined;
  const policy = holder.kind === 'user' ? passwordPolicy : undefined;
  return { ...holder, accountAlias: alias, name: holder.userName ?? 'root', password: { ...password, policy } };
}

/** The form in which e-mail addresses are kept and compared. */
export function foldEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** An account id that no account has. */
const NO_ACCOUNT = '000000000000';

export function openPeople(store: IdentityStore): People {
  const { accounts, users } = store;
  const findAccount = async (account: string): Promise<Account | undefined> => {
    if (/^\d{12}$/.test(account)) return accounts.get([account]);
    return (await accounts.find('byAlias', [account.toLowerCase()], { limit: 1 })).items[0];
  };
  const findUser = async (accountId: string, userName: string): Promise<User | undefined> =>
    (await users.find('byName', [accountId, foldName(userName)], { limit: 1 })).items[0];
  return {
    // Each asks the store as often whether there is such an account, such a user, both or neither: the time must not tell.
    async byUserName(name, userName) {
      const account = await findAccount(name);
      const user = await findUser(account?.accountId ?? NO_ACCOUNT, userName);
      return account && user && personOf(userHolder(user), account);
    },
    async byEmail(email) {
      const holder = await findHolderBy(store, 'email', foldEmail(email));
      const account = await accounts.get([holder?.accountId ?? NO_ACCOUNT]);
      return holder && account && personOf(holder, account);
    },
    async bySubject(subject) {
      const id = parseSubject(subject);
      if (id === undefined) return undefined;
      const [holder, account] = await Promise.all([findCredentialHolder(store, id), accounts.get([id.accountId])]);
      return holder && account && personOf(holder, account);
    },
  };
}

import { iamArn, rootArn } from '../../kernel/arn.ts';
import { accountIdOf } from '../../kernel/ids.ts';
import type { Account, PasswordPolicy } from '../documents/account.ts';
import { foldName } from '../documents/entity.ts';
import type { EnabledMfaDevice } from '../documents/mfa-device.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { generationOf } from './login-generation.ts';

/** One who may sign in to pages: an account's root user, or an IAM user with a login profile. */
export interface Person {
  readonly kind: 'root' | 'user';
  readonly accountId: string;
  readonly accountAlias: string | undefined;
  /** What apps know the person by, for good: the account id of a root user, the unique id (`AIDA…`) of an IAM user. */
  readonly subject: string;
  readonly name: string;
  readonly arn: string;
  readonly email: string | undefined;
  /** Ms since the epoch. */
  readonly createdAt: number;
  readonly groupIds: readonly string[];
  readonly mfaDevices: readonly EnabledMfaDevice[];
  /** See `login-generation.ts`. */
  readonly loginGeneration: number;
  readonly password: PersonPassword;
}

export interface PersonPassword {
  readonly hash: string;
  /** Ms since the epoch. */
  readonly changedAt: number;
  readonly resetRequired: boolean;
  readonly formerHashes: readonly string[];
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
  const lacksFactor = person.mfaDevices.length > 0 && !amr.includes('mfa');
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
  const lacksFactor = person.mfaDevices.length > 0 && !amr.includes('mfa') && !steps.includes('mfa');
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

function rootPerson({ accountId, alias, createdAt, root }: Account): Person {
  return {
    kind: 'root',
    accountId,
    accountAlias: alias,
    subject: accountId,
    name: 'root',
    arn: rootArn(accountId),
    email: root.email,
    createdAt,
    groupIds: [],
    mfaDevices: root.mfaDevices,
    loginGeneration: generationOf(root),
    password: {
      hash: root.passwordHash,
      changedAt: root.passwordChangedAt,
      resetRequired: false,
      formerHashes: [],
      policy: undefined,
    },
  };
}

/** What an IAM user's e-mail address is kept in: a tag, which administrators set by IAM's own operations. */
const EMAIL_TAG = 'email';
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function emailOf(tags: User['tags']): string | undefined {
  const value = tags.find(({ key }) => key.toLowerCase() === EMAIL_TAG)?.value;
  return value !== undefined && EMAIL.test(value) ? value : undefined;
}

function userPerson(user: User, account: Account): Person | undefined {
  const { accountId, path, userName, loginProfile } = user;
  if (loginProfile === undefined) return undefined;
  return {
    kind: 'user',
    accountId,
    accountAlias: account.alias,
    subject: user.userId,
    name: userName,
    arn: iamArn(accountId, 'user', path, userName),
    email: user.email ?? emailOf(user.tags),
    createdAt: user.createdAt,
    groupIds: user.groupIds,
    mfaDevices: user.mfaDevices,
    loginGeneration: generationOf(user),
    password: {
      hash: loginProfile.passwordHash,
      changedAt: loginProfile.changedAt,
      resetRequired: loginProfile.resetRequired,
      formerHashes: loginProfile.formerHashes,
      policy: account.passwordPolicy,
    },
  };
}

/** The form in which e-mail addresses are kept and compared. */
export function foldEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** An account id that no account has. */
const NO_ACCOUNT = '000000000000';

export function openPeople({ accounts, users }: IdentityStore): People {
  const findAccount = async (account: string): Promise<Account | undefined> => {
    if (/^\d{12}$/.test(account)) return accounts.get([account]);
    return (await accounts.find('byAlias', [account.toLowerCase()], { limit: 1 })).items[0];
  };
  const findUser = async (accountId: string, userName: string): Promise<User | undefined> =>
    (await users.find('byName', [accountId, foldName(userName)], { limit: 1 })).items[0];
  const withAccount = async (user: User | undefined): Promise<Person | undefined> => {
    const account = user && (await accounts.get([user.accountId]));
    return user && account && userPerson(user, account);
  };
  return {
    // Each asks the store as often whether there is such an account, such a user, both or neither: the time must not tell.
    async byUserName(name, userName) {
      const account = await findAccount(name);
      const user = await findUser(account?.accountId ?? NO_ACCOUNT, userName);
      return account && user && userPerson(user, account);
    },
    async byEmail(email) {
      const folded = foldEmail(email);
      const [roots, others] = await Promise.all([
        accounts.find('byRootEmail', [folded], { limit: 1 }),
        users.find('byEmail', [folded], { limit: 1 }),
      ]);
      const user = others.items[0];
      const account = await accounts.get([user?.accountId ?? NO_ACCOUNT]);
      const root = roots.items[0];
      return root === undefined ? user && account && userPerson(user, account) : rootPerson(root);
    },
    async bySubject(subject) {
      if (/^\d{12}$/.test(subject)) {
        const account = await accounts.get([subject]);
        return account && rootPerson(account);
      }
      const accountId = accountIdOf(subject);
      return accountId === undefined ? undefined : withAccount(await users.get([accountId, subject]));
    },
  };
}

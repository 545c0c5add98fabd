import type { Clock } from '../../kernel/clock.ts';
import type {
  Account,
  PasswordPolicy,
  StoredPasskeyPolicy,
  StoredSessionLimits,
  StoredSignInPolicy,
} from '../documents/account.ts';
import { foldName } from '../documents/entity.ts';
import { hasCome, type User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { CredentialHolder, StoredPassword } from './credential-holder.ts';
import { findCredentialHolder, findHoldersBy, parseSubject } from './find-credential-holder.ts';
import { isOriginOver, type LoginOrigin } from './login-origin.ts';
import { userHolder } from './stored-holders.ts';

/** A credential holder who may sign in to pages, because they have a password or come through a connector. */
export interface Person extends CredentialHolder {
  readonly accountAlias: string | undefined;
  /** The user's name; `root` for a root user. */
  readonly name: string;
  /** Absent if the person signs in through a connector only. */
  readonly password: PersonPassword | undefined;
  /** The sign-in policy of the account; `undefined` if it has none. */
  readonly signInPolicy: StoredSignInPolicy | undefined;
  /** The limits of browser sessions that the account sets; `undefined` if it has none of its own. */
  readonly sessionLimits?: StoredSessionLimits | undefined;
  /** Which authenticators the person may enrol; `undefined`: any. See {@link passkeyPolicyFor}. */
  readonly passkeyPolicy: StoredPasskeyPolicy | undefined;
}

/**
 * The passkey policy of an account, as far as it applies to a holder. It does not apply to the root user, which could replace it anyway: a
 * wrong policy must not keep the root user from enrolling a passkey and so from signing in.
 */
export function passkeyPolicyFor(
  { kind }: Pick<CredentialHolder, 'kind'>,
  { passkeyPolicy }: Pick<Account, 'passkeyPolicy'>,
): StoredPasskeyPolicy | undefined {
  return kind === 'root' ? undefined : passkeyPolicy;
}

/** A person with a password. */
export type PasswordPerson = Person & { readonly password: PersonPassword };

export function hasPassword(person: Person | undefined): person is PasswordPerson {
  return person?.password !== undefined;
}

export interface PersonPassword extends StoredPassword {
  /** The account's policy; `undefined` for root users, which AWS's policies do not apply to. */
  readonly policy: PasswordPolicy | undefined;
}

/** The login that something was issued for. */
export interface Login {
  /** The person's generation when the password was entered; absent in anything issued by versions without this counter. */
  readonly generation: number | undefined;
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** The outside login that it came from, if it did. */
  readonly origin?: LoginOrigin | undefined;
}

/**
 * Whether a login has ended (S36): since it began, a password was set, changed or removed, a factor was added or removed, or all logins
 * were ended; or the outside login that it came from has. Without a generation the clock decides, and only until the first such event.
 */
export function isLoginOver(person: Person, { generation, began, origin }: Login, now: number): boolean {
  if (origin !== undefined && isOriginOver(person.links, origin, now)) return true;
  if (generation !== undefined) return generation !== person.loginGeneration;
  return person.password === undefined || person.loginGeneration !== 0 || !(began >= person.password.changedAt);
}

/**
 * Finds people by what they type, and by the subject that apps know. Only what they type also finds disabled people: the sign-in tells them
 * so once they have shown the password.
 */
export interface People {
  /** `account`: an account's id or alias. */
  byUserName(account: string, userName: string): Promise<Person | undefined>;
  /** The root user or user with this address; if there are both, the one of `account` (an id or alias), otherwise the root user. */
  byEmail(email: string, account?: string): Promise<Person | undefined>;
  /** Also `undefined` for people who may not sign in: the user is disabled, or it, or its last way to sign in, was deleted. */
  bySubject(subject: string): Promise<Person | undefined>;
}

function personOf(holder: CredentialHolder, account: Account): Person | undefined {
  const { alias, passwordPolicy, signInPolicy, sessionLimits } = account;
  const { password } = holder;
  if (password === undefined && holder.links.length === 0) return undefined;
  const policy = holder.kind === 'user' ? passwordPolicy : undefined;
  return {
    ...holder,
    accountAlias: alias,
    name: holder.userName ?? 'root',
    password: password && { ...password, policy },
    signInPolicy,
    sessionLimits,
    passkeyPolicy: passkeyPolicyFor(holder, account),
  };
}

/** The form in which e-mail addresses are stored and compared. */
export function foldEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** An account id that is never assigned: looking it up is as much work as for one that exists. */
export const NO_ACCOUNT = '000000000000';

export function openPeople(store: IdentityStore, clock: Clock): People {
  const { accounts, users } = store;
  const findAccount = async (account: string): Promise<Account | undefined> => {
    if (/^\d{12}$/.test(account)) return accounts.get([account]);
    return (await accounts.find('byAlias', [account.toLowerCase()], { limit: 1 })).items[0];
  };
  const findUser = async (accountId: string, userName: string): Promise<User | undefined> =>
    (await users.find('byName', [accountId, foldName(userName)], { limit: 1 })).items[0];
  return {
    // Both functions make the same number of store queries whether the account and the user exist or not, so that timing reveals nothing. A
    // user name may look like an e-mail address: which of both functions is called for one depends on who exists, so that they agree, too.
    async byUserName(name, userName) {
      const account = await findAccount(name);
      const [user] = await Promise.all([
        findUser(account?.accountId ?? NO_ACCOUNT, userName),
        userName.includes('@') && accounts.find('byRootEmail', [foldEmail(userName)], { limit: 1 }),
        userName.includes('@') && accounts.get([NO_ACCOUNT]),
      ]);
      return account && user && personOf(userHolder(user), account);
    },
    async byEmail(email, at = NO_ACCOUNT) {
      const [owners, named] = await Promise.all([findHoldersBy(store, 'email', foldEmail(email)), findAccount(at)]);
      const holder = owners.find(({ accountId }) => accountId === named?.accountId) ?? owners[0];
      const account = await accounts.get([holder?.accountId ?? NO_ACCOUNT]);
      return holder && account && personOf(holder, account);
    },
    async bySubject(subject) {
      const id = parseSubject(subject);
      if (id === undefined) return undefined;
      const [holder, account] = await Promise.all([findCredentialHolder(store, id), accounts.get([id.accountId])]);
      return holder && account && !hasCome(holder.disabledFrom, clock.now()) ? personOf(holder, account) : undefined;
    },
  };
}

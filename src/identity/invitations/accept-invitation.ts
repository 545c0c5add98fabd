import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { isNameOfAnother } from '../credentials/address-owner.ts';
import { hasFactor, type PasskeyFactor } from '../credentials/credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import { type Person, passkeyPolicyFor } from '../credentials/people.ts';
import { userHolder } from '../credentials/stored-holders.ts';
import type { Account } from '../documents/account.ts';
import type { Passkey } from '../documents/passkey.ts';
import type { User } from '../documents/user.ts';
import { CeremonyFault } from '../passkeys/ceremony-fault.ts';
import { beginPasskey, checkNewPasskey, type PasskeyAnswer } from '../passkeys/enrol-passkey.ts';
import { observed } from '../passkeys/observed.ts';
import type { PasskeySettings } from '../passkeys/passkey-settings.ts';
import { contextWordsOf } from '../passwords/change-password.ts';
import { passwordRules } from '../passwords/password-policy.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { requireAcceptable } from '../passwords/require-acceptable.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { hasSignIn, isOpenTo } from './invitable.ts';

interface AcceptDependencies {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
  readonly passkeys: PasskeySettings;
  readonly clock: Clock;
  readonly random: Random;
}

/** An invitation as its link shows it. */
export interface OpenInvitation {
  readonly person: Person;
  readonly email: string;
  /** The rules for the password, as far as a page can check them by itself. */
  readonly rules: ReturnType<typeof passwordRules>;
}

/** An authenticator's answer, as the browser posts it. */
export type InvitedPasskey = Omit<PasskeyAnswer, 'now'>;

/** What an invited person chooses to sign in with. */
export interface ChosenSignIn {
  /** A new password; or a passkey, which replaces it. */
  readonly by: { readonly password: string } | { readonly passkey: InvitedPasskey };
  /** Since when the person must enrol a passkey or security key, in ms since the epoch; `undefined`: nothing asks for one so far. */
  readonly mustEnrolSince?: number | undefined;
}

/** `closed`: the link was used, revoked, replaced or has expired, or the user may not sign in. */
export interface Accepted {
  readonly outcome: 'accepted' | 'closed' | 'address-taken';
  readonly person?: Person;
  /** Whether the link came by mail, so that the person has proved the address. */
  readonly isAddressProven?: boolean;
  /** Set if the person chose one. */
  readonly passkey?: PasskeyFactor | undefined;
}

export type InvitedCeremony = Awaited<ReturnType<typeof beginPasskey>>;

/** What the holders of links can do. Every link that cannot be used is treated alike. */
export interface Invitations {
  /** Reads only, so that programs which open links in mails change nothing. */
  find(token: string): Promise<OpenInvitation | undefined>;
  /** The ceremony by which the person can make a passkey that replaces a password; `undefined` if this server has none. Stores nothing. */
  beginPasskey(token: string, person: Person): Promise<InvitedCeremony | undefined>;
  /**
   * Gives the user the password or the passkey, and the proven address if the link was mailed. One conditional write, so a link works once.
   * @throws {ServiceError} PasswordPolicyViolation, {@link CeremonyFault}; the link still works then.
   */
  accept(token: string, chosen: ChosenSignIn): Promise<Accepted>;
}

/** Aborts the change of the user. */
class Closed extends Error {
  override readonly name = 'Closed';
}

/** How an invited person will sign in. */
interface MadeSignIn {
  readonly passwordHash: string;
  readonly passkey?: PasskeyFactor;
}

/** The enrolment of an invited person. It is bound to the link, which no session or sign-in can be mistaken for. */
const enrolling = (holder: Person, tokenHash: string) =>
  ({ holder, session: `invitation ${tokenHash}`, isPasswordless: true }) as const;

export function openInvitations(deps: AcceptDependencies): Invitations {
  const { store, passwords, passkeys, clock, random } = deps;
  const find = async (tokenHash: string): Promise<{ user: User; account: Account } | undefined> => {
    const [user] = (await store.users.find('byInvitation', [tokenHash], { limit: 1 })).items;
    if (user === undefined || !isOpenTo(user, tokenHash, clock.now())) return undefined;
    return { user, account: await requireAccount(store, user.accountId) };
  };
  const make = async (
    by: ChosenSignIn['by'],
    { user, account, tokenHash }: { user: User; account: Account; tokenHash: string },
  ): Promise<MadeSignIn> => {
    if ('password' in by) {
      await requireAcceptable(passwords, { password: by.password, ...rulesFor(user, account) });
      return { passwordHash: await passwords.hash(by.password) };
    }
    const answer = { ...enrolling(personOf(user, account), tokenHash), ...by.passkey, now: clock.now() };
    const { factor } = await observed(passkeys, () => checkNewPasskey(deps, passkeys, answer));
    return { passkey: factor, passwordHash: await passwords.hash(random.bytes(32).toString('base64')) };
  };
  return {
    async find(token) {
      const found = await find(hashedId(token));
      if (found === undefined) return undefined;
      const { user, account } = found;
      return {
        person: personOf(user, account),
        email: user.invitation?.email ?? '',
        rules: passwordRules(rulesFor(user, account)),
      };
    },
    beginPasskey: async (token, person) =>
      passkeys.rpId === undefined ? undefined : await beginPasskey(passkeys, enrolling(person, hashedId(token))),
    async accept(token, { by, mustEnrolSince }) {
      const tokenHash = hashedId(token);
      const found = await find(tokenHash);
      if (found === undefined) return { outcome: 'closed' };
      const { user, account } = found;
      const person = personOf(user, account);
      const now = clock.now();
      const made = await make(by, { user, account, tokenHash });
      if (await wouldTakeName(store, user)) return { outcome: 'address-taken', person };
      try {
        const accepted = await store.users.update([user.accountId, user.userId], (old) => {
          if (!isOpenTo(old, tokenHash, now)) throw new Closed();
          return withInvitationAccepted(old, { ...made, mustEnrolSince, now });
        });
        return accepted === undefined
          ? { outcome: 'closed', person }
          : {
              ...{ outcome: 'accepted', person, passkey: made.passkey },
              isAddressProven: user.invitation?.isMailed === true,
            };
      } catch (error) {
        if (error instanceof Closed) return { outcome: 'closed', person };
        if (error instanceof DuplicateKeyError && error.index === 'byEmail')
          return { outcome: 'address-taken', person };
        if (error instanceof DuplicateKeyError && error.index === 'byPasskey') throw new CeremonyFault('taken');
        throw error;
      }
    },
  };
}

/** Whether the address that the user would sign in with from now on is the name by which another user of the account signs in. */
async function wouldTakeName(store: IdentityStore, user: User): Promise<boolean> {
  const { invitation } = user;
  return invitation?.isMailed === true && (await isNameOfAnother(store, user, invitation.email));
}

function rulesFor(user: User, account: Account) {
  return {
    policy: account.passwordPolicy,
    contextWords: contextWordsOf({ ...personOf(user, account), email: user.invitation?.email }),
    hasMfa: hasFactor(userHolder(user)),
  };
}

interface Accepting extends MadeSignIn {
  readonly mustEnrolSince: number | undefined;
  readonly now: number;
}

function withInvitationAccepted(user: User, { passwordHash, passkey, mustEnrolSince, now }: Accepting): User {
  const { invitation, ...rest } = user;
  if (invitation === undefined || hasSignIn(user)) throw new Closed();
  return {
    ...withLoginsEnded(rest),
    ...(invitation.isMailed && { email: invitation.email, emailVerifiedAt: now }),
    loginProfile: {
      ...{ passwordHash, createdAt: now, changedAt: now, resetRequired: false, formerHashes: [] },
      ...(passkey !== undefined && { isPasswordless: true as const }),
    },
    ...(passkey !== undefined && { passkeys: [storedPasskey(passkey)] }),
    ...(mustEnrolSince !== undefined && { mustEnrolSince }),
  };
}

const storedPasskey = ({ kind: _kind, ...passkey }: PasskeyFactor): Passkey => ({
  ...passkey,
  transports: [...passkey.transports],
});

function personOf(user: User, account: Account): Person {
  const holder = userHolder(user);
  const { alias, signInPolicy } = account;
  const passkeyPolicy = passkeyPolicyFor(holder, account);
  return { ...holder, accountAlias: alias, name: user.userName, password: undefined, signInPolicy, passkeyPolicy };
}

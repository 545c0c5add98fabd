import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { isNameOfAnother } from '../credentials/address-owner.ts';
import { hasFactor } from '../credentials/credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import type { Person } from '../credentials/people.ts';
import { userHolder } from '../credentials/stored-holders.ts';
import type { Account } from '../documents/account.ts';
import type { User } from '../documents/user.ts';
import { contextWordsOf } from '../passwords/change-password.ts';
import { passwordRules } from '../passwords/password-policy.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { requireAcceptable } from '../passwords/require-acceptable.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { hasSignIn, isOpenTo } from './invitable.ts';

interface AcceptDependencies {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
  readonly clock: Clock;
}

/** An invitation as its link shows it. */
export interface OpenInvitation {
  readonly person: Person;
  readonly email: string;
  /** The rules for the password, as far as a page can check them by itself. */
  readonly rules: ReturnType<typeof passwordRules>;
}

/** `closed`: the link was used, revoked, replaced or has expired, or the user may not sign in. */
export type Accepted = { readonly outcome: 'accepted' | 'closed' | 'address-taken'; readonly person?: Person };

/** What the holders of links can do. Every link that cannot be used is treated alike. */
export interface Invitations {
  /** Reads only, so that programs which open links in mails change nothing. */
  find(token: string): Promise<OpenInvitation | undefined>;
  /**
   * Gives the user the password, and the proven address if the link was mailed. One conditional write, so a link works once.
   * @throws {ServiceError} PasswordPolicyViolation; the link still works then.
   */
  accept(token: string, newPassword: string): Promise<Accepted>;
}

/** Aborts the change of the user. */
class Closed extends Error {
  override readonly name = 'Closed';
}

export function openInvitations({ store, passwords, clock }: AcceptDependencies): Invitations {
  const find = async (tokenHash: string): Promise<{ user: User; account: Account } | undefined> => {
    const [user] = (await store.users.find('byInvitation', [tokenHash], { limit: 1 })).items;
    if (user === undefined || !isOpenTo(user, tokenHash, clock.now())) return undefined;
    return { user, account: await requireAccount(store, user.accountId) };
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
    async accept(token, newPassword) {
      const tokenHash = hashedId(token);
      const found = await find(tokenHash);
      if (found === undefined) return { outcome: 'closed' };
      const { user, account } = found;
      const person = personOf(user, account);
      await requireAcceptable(passwords, { password: newPassword, ...rulesFor(user, account) });
      if (await wouldTakeName(store, user)) return { outcome: 'address-taken', person };
      const passwordHash = await passwords.hash(newPassword);
      const now = clock.now();
      try {
        const accepted = await store.users.update([user.accountId, user.userId], (old) => {
          if (!isOpenTo(old, tokenHash, now)) throw new Closed();
          return withInvitationAccepted(old, { passwordHash, now });
        });
        return accepted === undefined ? { outcome: 'closed', person } : { outcome: 'accepted', person };
      } catch (error) {
        if (error instanceof Closed) return { outcome: 'closed', person };
        if (error instanceof DuplicateKeyError && error.index === 'byEmail')
          return { outcome: 'address-taken', person };
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

function withInvitationAccepted(user: User, { passwordHash, now }: { passwordHash: string; now: number }): User {
  const { invitation, ...rest } = user;
  if (invitation === undefined || hasSignIn(user)) throw new Closed();
  return {
    ...withLoginsEnded(rest),
    ...(invitation.isMailed && { email: invitation.email, emailVerifiedAt: now }),
    loginProfile: { passwordHash, createdAt: now, changedAt: now, resetRequired: false, formerHashes: [] },
  };
}

function personOf(user: User, { alias, signInPolicy }: Account): Person {
  return { ...userHolder(user), accountAlias: alias, name: user.userName, password: undefined, signInPolicy };
}

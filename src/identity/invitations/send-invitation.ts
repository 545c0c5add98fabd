import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Mailer } from '../../ports/mailer.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { accountName } from '../accounts/account-name.ts';
import { isNameOfAnother } from '../credentials/address-owner.ts';
import { foldEmail } from '../credentials/people.ts';
import type { Invitation } from '../documents/invitation.ts';
import { isDisabledAt, type User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { hasSignIn, INVITATION_MS } from './invitable.ts';

/** The path of the page that a link leads to; the token follows. */
export const INVITATION_PATH = '/invitation';
/** How many links one invitation may have, so that nobody's mailbox can be filled with it. */
export const MAX_LINKS = 20;

export interface InvitationSender {
  readonly store: Pick<IdentityStore, 'accounts' | 'users'>;
  readonly random: Random;
  /** Without a trailing slash: links never follow the `Host` header. */
  readonly publicUrl: string;
  /** Absent if no mail server is configured. */
  readonly mailer: Mailer | undefined;
}

export type SentInvitation =
  | {
      readonly outcome: 'sent';
      readonly user: User;
      readonly invitation: Invitation;
      /** Shown once; absent if it was mailed. */
      readonly link: string | undefined;
    }
  /**
   * - `address-is-name`: another user of the account signs in with the address as its name.
   * - `not-mailed`: the invitation stands, but the mail was not accepted.
   */
  | { readonly outcome: Refusal | 'no-user' | 'address-is-name' | 'not-mailed' };

type Refusal = 'has-sign-in' | 'disabled' | 'invited' | 'not-invited' | 'too-many';

/** Aborts the change of the user. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly outcome: Refusal;

  constructor(outcome: Refusal) {
    super(outcome);
    this.outcome = outcome;
  }
}

type UserKey = Pick<User, 'accountId' | 'userId'>;

/** Whom to invite, and how. */
interface Invited extends Pick<Invitation, 'email' | 'language'> {
  readonly user: UserKey;
  readonly now: number;
}

/** Invites a user who has no way to sign in yet. */
export async function inviteUser(
  deps: InvitationSender,
  { user, email, language, now }: Invited,
): Promise<SentInvitation> {
  // The address becomes a name to sign in with only if the link is mailed to it.
  if (deps.mailer !== undefined && (await isNameOfAnother(deps.store, user, foldEmail(email)))) {
    return { outcome: 'address-is-name' };
  }
  return await send(deps, { user, now }, (old) => {
    if (old.invitation !== undefined && now < old.invitation.expiresAt) throw new Refused('invited');
    return { email: foldEmail(email), createdAt: now, timesSent: 1, ...(language !== undefined && { language }) };
  });
}

/** Makes a new link for 72 more hours; the one before stops working. */
export function resendInvitation(
  deps: InvitationSender,
  { user, now }: { readonly user: UserKey; readonly now: number },
): Promise<SentInvitation> {
  return send(deps, { user, now }, ({ invitation }) => {
    if (invitation === undefined) throw new Refused('not-invited');
    if (invitation.timesSent >= MAX_LINKS) throw new Refused('too-many');
    const { tokenHash: _, isMailed: __, expiresAt: ___, ...kept } = invitation;
    return { ...kept, timesSent: kept.timesSent + 1 };
  });
}

type Kept = Omit<Invitation, 'tokenHash' | 'isMailed' | 'expiresAt'>;

async function send(
  { store, random, publicUrl, mailer }: InvitationSender,
  { user: { accountId, userId }, now }: { readonly user: UserKey; readonly now: number },
  keep: (old: User) => Kept,
): Promise<SentInvitation> {
  const token = random.bytes(32).toString('base64url');
  const link = `${publicUrl}${INVITATION_PATH}/${token}`;
  const expiresAt = now + INVITATION_MS;
  const made = { tokenHash: hashedId(token), isMailed: mailer !== undefined, expiresAt };
  let user: User | undefined;
  try {
    user = await store.users.update([accountId, userId], (old) => {
      if (hasSignIn(old)) throw new Refused('has-sign-in');
      if (isDisabledAt(old, now)) throw new Refused('disabled');
      return { ...old, invitation: { ...keep(old), ...made } };
    });
  } catch (error) {
    if (error instanceof Refused) return { outcome: error.outcome };
    throw error;
  }
  const invitation = user?.invitation;
  if (user === undefined || invitation === undefined) return { outcome: 'no-user' };
  if (mailer === undefined) return { outcome: 'sent', user, invitation, link };
  const account = accountName(await requireAccount(store, accountId));
  const isQueued = await mailer.queue({
    to: invitation.email,
    message: { kind: 'invitation', userName: user.userName, account, link, endsAt: expiresAt },
    language: invitation.language,
    expiresAt,
  });
  return isQueued ? { outcome: 'sent', user, invitation, link: undefined } : { outcome: 'not-mailed' };
}

/** Ends an invitation: its link stops working. @returns whether there was one. */
export async function revokeInvitation(
  { users }: Pick<IdentityStore, 'users'>,
  { accountId, userId }: UserKey,
): Promise<boolean> {
  let wasInvited = false;
  await users.update([accountId, userId], (old) => {
    const { invitation, ...rest } = old;
    wasInvited = invitation !== undefined;
    return wasInvited ? rest : old;
  });
  return wasInvited;
}

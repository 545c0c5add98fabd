import { isDisabledAt, type User } from '../documents/user.ts';

/** How long the link of an invitation works. */
export const INVITATION_MS = 72 * 60 * 60_000;

/** Whether a user has a way to sign in to pages. An invitation gives the first one; it must not be a way to replace one. */
export function hasSignIn({ loginProfile, links = [], passkeys = [] }: User): boolean {
  return loginProfile !== undefined || links.length > 0 || passkeys.length > 0;
}

/** Whether a link with this token hash may be used now. */
export function isOpenTo(user: User, tokenHash: string, now: number): boolean {
  const { invitation } = user;
  return (
    invitation?.tokenHash === tokenHash && now < invitation.expiresAt && !isDisabledAt(user, now) && !hasSignIn(user)
  );
}

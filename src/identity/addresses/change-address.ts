import { DuplicateKeyError } from '../../ports/collections.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { isNameOfAnother } from '../credentials/address-owner.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import { findHoldersBy } from '../credentials/find-credential-holder.ts';
import { foldEmail } from '../credentials/people.ts';
import type { FormerEmail, User } from '../documents/user.ts';
import { requireSameLogin } from '../factors/require-same-login.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** How long a former address is kept, in ms: as long as the link in the notice of the change works. */
const KEPT = EPHEMERAL_KEYS.noticeLink.lifetime;
/** More changes than that within {@link KEPT} forget the newest of the former ones, never the oldest, which a thief would want. */
const MOST_KEPT = 10;

type Store = Pick<IdentityStore, 'accounts' | 'users'>;

/**
 * Whether a user may have an address: nobody else signs in with it, as an address or as a name. An address always means its owner. Does the
 * same work whether there is one or not.
 */
export async function isAddressFree(
  store: Store,
  { accountId, subject }: Pick<CredentialHolder, 'accountId' | 'subject'>,
  email: string,
): Promise<boolean> {
  const folded = foldEmail(email);
  const [owners, isName] = await Promise.all([
    findHoldersBy(store, 'email', folded),
    isNameOfAnother(store, { accountId, userId: subject }, folded),
  ]);
  return !isName && owners.every((owner) => owner.subject === subject);
}

/**
 * Gives a user an address that they have just proved to be theirs, in place of the one before. Ends no login.
 * @throws {ServiceError} AccessDenied if the login in which they asked for it has ended.
 */
export async function changeAddress(
  store: Store,
  holder: CredentialHolder,
  { email, now }: { readonly email: string; readonly now: number },
): Promise<'changed' | 'taken' | 'gone'> {
  if (!(await isAddressFree(store, holder, email))) return 'taken';
  try {
    const changed = await store.users.update([holder.accountId, holder.subject], (old) => {
      requireSameLogin(old, holder);
      return withAddress(old, foldEmail(email), now);
    });
    return changed === undefined ? 'gone' : 'changed';
  } catch (error) {
    if (error instanceof DuplicateKeyError && error.index === 'byEmail') return 'taken';
    throw error;
  }
}

function withAddress({ formerEmails = [], ...old }: User, email: string, now: number): User {
  const kept = formerEmails.filter(({ until }) => now - until < KEPT);
  const former = [...kept, ...(old.email === email ? [] : [formerOf(old, now)])].slice(0, MOST_KEPT);
  return { ...old, email, emailVerifiedAt: now, ...(former.length > 0 && { formerEmails: former }) };
}

const formerOf = ({ email, emailVerifiedAt: verifiedAt }: User, until: number): FormerEmail => ({
  ...(email !== undefined && { email }),
  ...(verifiedAt !== undefined && { verifiedAt }),
  until,
});

/**
 * Undoes all changes of the address since a time (ms since the epoch). If the former address has come to be another person's, the user has
 * none afterwards: the present one may be an intruder's.
 */
export async function restoreAddress(
  store: Store,
  user: Pick<User, 'accountId' | 'userId'>,
  since: number,
): Promise<void> {
  const key = [user.accountId, user.userId];
  const found = await store.users.get(key);
  if (found === undefined || !wasChangedSince(found, since)) return;
  const [former] = changesSince(found, since);
  const id = { accountId: user.accountId, subject: user.userId };
  const isFree = former?.email === undefined || (await isAddressFree(store, id, former.email));
  try {
    await store.users.update(key, (old) => withFormerAddress(old, since, isFree));
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    await store.users.update(key, (old) => withFormerAddress(old, since, false));
  }
}

const changesSince = ({ formerEmails = [] }: User, since: number): readonly FormerEmail[] =>
  formerEmails.filter(({ until }) => until >= since);
const wasChangedSince = (user: User, since: number): boolean => changesSince(user, since).length > 0;

function withFormerAddress(user: User, since: number, isFree: boolean): User {
  const [former] = changesSince(user, since);
  if (former === undefined) return user;
  const { email: _email, emailVerifiedAt: _verifiedAt, formerEmails = [], ...rest } = user;
  const left = formerEmails.filter(({ until }) => until < since);
  const { email, verifiedAt } = isFree ? former : {};
  return {
    ...rest,
    ...(email !== undefined && { email }),
    ...(verifiedAt !== undefined && { emailVerifiedAt: verifiedAt }),
    ...(left.length > 0 && { formerEmails: left }),
  };
}

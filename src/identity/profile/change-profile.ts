import type { User } from '../documents/user.ts';
import type { ProfileAttribute, ProfileValues } from '../documents/users/profile.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { outsideValues } from './profile-of.ts';

/** What is to change: values to set, and attributes to remove. */
export interface ProfileChange {
  readonly set: ProfileValues;
  readonly remove: readonly ProfileAttribute[];
  /** Whether an administrator vouches for the phone number. Absent: not for a new number, and as before for the present one. */
  readonly isPhoneVerified?: boolean | undefined;
}

/** The user with another profile; the same user if nothing changes. */
export function withProfile(user: User, change: ProfileChange, now: number): User {
  const { profile: former, ...rest } = user;
  const attributes: Partial<Record<ProfileAttribute, string>> = { ...former?.attributes };
  for (const name of change.remove) delete attributes[name];
  for (const [name, value] of Object.entries(change.set) as [ProfileAttribute, string | undefined][]) {
    if (value !== undefined) attributes[name] = value;
  }
  const isSameNumber = attributes.phone_number === former?.attributes.phone_number;
  const isVouched = change.isPhoneVerified ?? (isSameNumber && former?.isPhoneVerified === true);
  const profile = {
    attributes,
    ...(isVouched && attributes.phone_number !== undefined && { isPhoneVerified: true as const }),
  };
  if (isSame(profile, former ?? { attributes: {} })) return user;
  return { ...rest, ...(Object.keys(attributes).length > 0 && { profile }), claimsUpdatedAt: now };
}

type Profile = NonNullable<User['profile']>;

function isSame(one: Profile, other: Profile): boolean {
  const names = Object.keys({ ...one.attributes, ...other.attributes }) as ProfileAttribute[];
  return (
    one.isPhoneVerified === other.isPhoneVerified &&
    names.every((name) => one.attributes[name] === other.attributes[name])
  );
}

/** The attributes that a change would set or remove, and that outside logins of the user give. */
export function givenOutside(user: Pick<User, 'links'>, { set, remove }: ProfileChange): readonly ProfileAttribute[] {
  const outside = outsideValues(user);
  const changed = [...(Object.keys(set) as ProfileAttribute[]), ...remove];
  return changed.filter((name) => outside[name] !== undefined && set[name] !== outside[name]);
}

/** Changes the profile of a user. @returns the user after the change; `undefined` if it is gone. */
export async function changeProfile(
  { store, now }: { readonly store: Pick<IdentityStore, 'users'>; readonly now: number },
  { accountId, userId }: Pick<User, 'accountId' | 'userId'>,
  change: ProfileChange,
): Promise<User | undefined> {
  return store.users.update([accountId, userId], (old) => withProfile(old, change, now));
}

/** Removes all that was set. What outside logins give stays. */
export async function removeProfile(
  { store, now }: { readonly store: Pick<IdentityStore, 'users'>; readonly now: number },
  { accountId, userId }: Pick<User, 'accountId' | 'userId'>,
): Promise<User | undefined> {
  return store.users.update([accountId, userId], (old) => withoutProfile(old, now));
}

/** The user without what was set. */
export function withoutProfile(user: User, now: number): User {
  const remove = Object.keys(user.profile?.attributes ?? {}) as ProfileAttribute[];
  return withProfile(user, { set: {}, remove }, now);
}

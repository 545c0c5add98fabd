import type { User } from '../documents/user.ts';
import type { ProfileAttribute, ProfileValues } from '../documents/users/profile.ts';

/** The attributes of a user, with what makes their claims. */
export interface UserProfile {
  readonly values: ProfileValues;
  readonly isPhoneVerified: boolean;
  /** When the user, or what claims tell of it, last changed; ms since the epoch. */
  readonly updatedAt: number;
}

type Profiled = Pick<User, 'createdAt' | 'claimsUpdatedAt' | 'links' | 'profile'>;

/** What the outside logins of a user give. Nobody changes it here: the next login would change it back. */
export function outsideValues({ links = [] }: Pick<User, 'links'>): ProfileValues {
  const given: { [Name in ProfileAttribute]?: string } = {};
  for (const { displayName, profile = {} } of links) {
    const values = { ...profile, ...(displayName !== undefined && { name: displayName }) };
    for (const [name, value] of Object.entries(values) as [ProfileAttribute, string][]) given[name] ??= value;
  }
  return given;
}

/** The profile of a user: what its outside logins give, and what was set here besides. */
export function profileOf(user: Profiled): UserProfile {
  const outside = outsideValues(user);
  const { attributes = {}, isPhoneVerified = false } = user.profile ?? {};
  return {
    values: { ...attributes, ...outside },
    isPhoneVerified: isPhoneVerified && outside.phone_number === undefined,
    updatedAt: user.claimsUpdatedAt ?? user.createdAt,
  };
}

import { PROFILE_SCOPE_ATTRIBUTES, type ProfileAttribute, type ProfileValues } from '../documents/users/profile.ts';
import type { UserProfile } from './profile-of.ts';

/** The attributes that are members of the claim `address` (OpenID Connect Core 1.0 §5.1.1). */
const ADDRESS = {
  formatted: 'address_formatted',
  street_address: 'address_street_address',
  locality: 'address_locality',
  region: 'address_region',
  postal_code: 'address_postal_code',
  country: 'address_country',
} as const satisfies Record<string, ProfileAttribute>;

/** All claims that a profile gives, besides `name`. Attributes without a value give none (§5.3.2). */
export function profileClaims({ values, isPhoneVerified, updatedAt }: UserProfile): Readonly<Record<string, unknown>> {
  const address = members(values, Object.entries(ADDRESS));
  const { phone_number } = values;
  return {
    ...members(
      values,
      PROFILE_SCOPE_ATTRIBUTES.map((name) => [name, name]),
    ),
    ...(Object.keys(address).length > 0 && { address }),
    ...(phone_number !== undefined && { phone_number, phone_number_verified: isPhoneVerified }),
    updated_at: Math.floor(updatedAt / 1000),
  };
}

function members(values: ProfileValues, wanted: readonly (readonly [string, ProfileAttribute])[]) {
  return Object.fromEntries(
    wanted.flatMap(([claim, name]) => {
      const value = values[name];
      return value === undefined ? [] : [[claim, value]];
    }),
  );
}

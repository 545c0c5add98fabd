import * as z from 'zod';

/** The attributes that are claims of the scope `profile`, besides the name (OpenID Connect Core 1.0 §5.4). */
export const PROFILE_SCOPE_ATTRIBUTES = [
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
] as const;

/**
 * What a user may tell about themselves, named as the claims of OpenID Connect Core 1.0 §5.1. The members of the claim `address` (§5.1.1)
 * are attributes of their own.
 */
export const PROFILE_ATTRIBUTES = [
  'name',
  ...PROFILE_SCOPE_ATTRIBUTES,
  'phone_number',
  'address_formatted',
  'address_street_address',
  'address_locality',
  'address_region',
  'address_postal_code',
  'address_country',
] as const;
/** Those that people may change themselves by default. Not the name: apps, and what is made of it for them, may know people by it. */
export const DEFAULT_OWN_ATTRIBUTES = PROFILE_ATTRIBUTES.filter((attribute) => attribute !== 'name');
export type ProfileAttribute = (typeof PROFILE_ATTRIBUTES)[number];

/** Some attributes and their values. */
export type ProfileValues = { readonly [Name in ProfileAttribute]?: string };

const attributesShape = z.partialRecord(z.enum(PROFILE_ATTRIBUTES), z.string());

/** The attributes that were set for a user here. */
export const profileShape = z.object({
  attributes: attributesShape,
  /** Set if an administrator vouches for the phone number. */
  isPhoneVerified: z.literal(true).optional(),
});

import type { User } from '../../identity/documents/user.ts';
import {
  PROFILE_ATTRIBUTES,
  type ProfileAttribute,
  type ProfileValues,
} from '../../identity/documents/users/profile.ts';
import { ATTRIBUTE_RULES } from '../../identity/profile/attribute-rules.ts';
import { outsideValues, profileOf } from '../../identity/profile/profile-of.ts';
import { type Member, shape, type TextShape, type ValueOf } from '../shapes/shape.ts';
import { ATTRIBUTE, shownAttribute } from './profile-attributes.ts';

const { boolean, list, optional, required, structure, text, timestamp } = shape;

/** The member of each attribute. Some have longer names, because `--profile` and `--region` are options of the AWS CLI itself. */
const MEMBERS = {
  FullName: ['name', 'The full name, as it is shown.'],
  GivenName: ['given_name', 'The given name or names.'],
  FamilyName: ['family_name', 'The family name or names.'],
  MiddleName: ['middle_name', 'The middle name or names.'],
  Nickname: ['nickname', 'A casual name.'],
  ProfileUrl: ['profile', 'The `https` address of the profile page.'],
  PictureUrl: ['picture', 'The `https` address of a picture.'],
  WebsiteUrl: ['website', 'The `https` address of the website.'],
  Gender: ['gender', 'The gender, in any words.'],
  Birthdate: ['birthdate', '`YYYY-MM-DD`, `0000-MM-DD` without the year, or `YYYY`.'],
  Zoneinfo: ['zoneinfo', 'A time zone of the IANA database, such as `Europe/Berlin`.'],
  Locale: ['locale', 'A language tag (BCP 47), such as `de-CH`.'],
  PhoneNumber: ['phone_number', 'The phone number with the country code (E.164), such as `+493012345678`.'],
  AddressFormatted: ['address_formatted', 'The whole postal address, in lines.'],
  AddressStreet: ['address_street_address', 'Street, house number, and what else is written there.'],
  AddressLocality: ['address_locality', 'The city or town.'],
  AddressRegion: ['address_region', 'The state, province or region.'],
  AddressPostalCode: ['address_postal_code', 'The postal code.'],
  AddressCountry: ['address_country', 'The country.'],
} as const satisfies Record<string, readonly [ProfileAttribute, string]>;
type AttributeMember = keyof typeof MEMBERS;

const NAMES = Object.entries(MEMBERS) as [AttributeMember, readonly [ProfileAttribute, string]][];

/** The members with the attributes. Not audited: events only name them. */
export const ATTRIBUTE_MEMBERS = Object.fromEntries(
  NAMES.map(([member, [name, documentation]]) => [
    member,
    optional(text(`Profile${member}`, { length: [1, 4 * ATTRIBUTE_RULES[name].longest] }), documentation),
  ]),
) as unknown as { readonly [Name in AttributeMember]: Member<TextShape, false> };

/** The member of an attribute. */
export const memberOf = (name: ProfileAttribute): AttributeMember =>
  NAMES.find(([, [each]]) => each === name)?.[0] ?? 'FullName';

/** The attributes in an input, as they were given. */
export function givenValues(input: { readonly [Name in AttributeMember]?: string | undefined }): ProfileValues {
  return Object.fromEntries(
    NAMES.flatMap(([member, [name]]) => (input[member] === undefined ? [] : [[name, input[member]]])),
  );
}

export const ATTRIBUTES = list('ProfileAttributeList', ATTRIBUTE, { length: [0, PROFILE_ATTRIBUTES.length] });
export const PHONE_VERIFIED = boolean('PhoneNumberVerified');

const PROFILE = structure(
  'UserProfile',
  {
    UserName: required(text('ProfileUserName', { length: [1, 64] }), 'The name of the user.'),
    ...ATTRIBUTE_MEMBERS,
    PhoneNumberVerified: optional(
      PHONE_VERIFIED,
      'Whether an administrator vouches for the number. Absent without one.',
    ),
    FromOutside: required(
      ATTRIBUTES,
      'The attributes that an outside login of the user gives. They change at the next login, and not here.',
    ),
    UpdatedAt: required(
      timestamp('ProfileUpdatedAt'),
      'When the profile, the user name, or what an outside login gives last changed: the claim `updated_at`.',
    ),
  },
  { documentation: 'The attributes of a user, without those that have no value.' },
);

/** The output of every operation on a profile. */
export const PROFILE_OUTPUT = { Profile: required(PROFILE, 'The profile as it is now.') };

/** A profile as the API shows it. */
export function shownProfile(user: User): { readonly Profile: ValueOf<typeof PROFILE> } {
  const { values, isPhoneVerified, updatedAt } = profileOf(user);
  const members = NAMES.flatMap(([member, [name]]) => (values[name] === undefined ? [] : [[member, values[name]]]));
  const outside = Object.keys(outsideValues(user)) as ProfileAttribute[];
  return {
    Profile: {
      UserName: user.userName,
      ...(Object.fromEntries(members) as { readonly [Name in AttributeMember]?: string }),
      ...(values.phone_number !== undefined && { PhoneNumberVerified: isPhoneVerified }),
      FromOutside: outside.map(shownAttribute),
      UpdatedAt: new Date(updatedAt),
    },
  };
}

import { BOOL, type ConditionKey, IP, NUMERIC, STRING, STRINGS } from './condition-key.ts';

/** How strong the proof of a sign-in is, weakest first. */
export const STRENGTHS = ['single-factor', 'multi-factor', 'phishing-resistant'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** With what a sign-in began. `connector`: at an outside provider or directory. */
export const FIRST_FACTORS = ['password', 'passkey', 'connector'] as const;
export type FirstFactor = (typeof FIRST_FACTORS)[number];

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** A key about a sign-in. */
export interface SignInKey extends Omit<ConditionKey, 'origin'> {
  /** The only values that it can have. Default: any of its type. */
  readonly values?: readonly string[];
  /** The form of its values, if they are not any text. A policy with another value is refused, because it would never match. */
  readonly pattern?: RegExp;
}

/**
 * The condition keys of sign-in policies. Evaluated once in each sign-in, when all factors of the person have been asked for. Of these, a
 * session keeps only what SESSION_SIGN_IN_KEYS names, for other policies: the rest tells of the moment of the sign-in.
 */
export const SIGNIN_KEYS = [
  {
    name: 'signin:Strength',
    ...STRING,
    values: STRENGTHS,
    presence:
      'always: `phishing-resistant` with a passkey or security key, `multi-factor` with any other second factor, a recovery code, or one that a connector is trusted with, `single-factor` otherwise',
  },
  {
    name: 'signin:Acr',
    ...STRING,
    values: ['1fa', 'mfa', 'phr', 'phrh'],
    presence:
      'always: the same as `acr` in ID tokens has it. `phr` and `phrh` are phishing-resistant; with `phrh`, the key also cannot leave its device',
  },
  {
    name: 'signin:Methods',
    ...STRINGS,
    presence: 'what was shown, as in `amr` (RFC 8176): `pwd`, `otp`, `hwk`, `swk`, `user`, `mfa`',
  },
  {
    name: 'signin:FirstFactor',
    ...STRING,
    values: FIRST_FACTORS,
    presence: 'always: with what the sign-in began. A directory is a connector',
  },
  { name: 'signin:Connector', ...STRING, presence: 'the name of the connector; absent without one' },
  {
    name: 'signin:App',
    ...STRING,
    presence:
      'always: the id of the application that the person signs in to, or `rolecall` for the pages of this server',
  },
  { name: 'signin:SourceIp', ...IP, presence: 'always: the address of the browser' },
  {
    name: 'signin:Country',
    ...STRING,
    pattern: /^[A-Z]{2}$/,
    presence:
      'the country of the address, as ISO 3166-1 has it (`DE`); absent if the database does not know the address, or there is none (`signIn.geoDatabase`)',
  },
  {
    name: 'signin:ListedAddress',
    ...BOOL,
    presence: 'whether the address is in the list of the operator; absent if there is none (`signIn.addressList`)',
  },
  {
    name: 'signin:NewDevice',
    ...BOOL,
    presence: 'always: whether the person has not signed in with this browser in the last 90 days',
  },
  {
    name: 'signin:NewNetwork',
    ...BOOL,
    presence:
      'always: whether the person has not signed in from this network in the last 90 days: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address',
  },
  {
    name: 'signin:ImpossibleTravel',
    ...BOOL,
    presence:
      'whether the person would have had to travel faster than 1,000 km/h since the last sign-in; absent if the place of either is unknown (`signIn.geoDatabase`)',
  },
  {
    name: 'signin:Hour',
    ...NUMERIC,
    pattern: /^(?:\d|1\d|2[0-4])$/,
    presence: 'always: the hour, 0 to 23, in the time zone of the policy',
  },
  {
    name: 'signin:Weekday',
    ...STRING,
    values: WEEKDAYS,
    presence: 'always: the day of the week in English, in the time zone of the policy',
  },
  {
    name: 'signin:RecentFailures',
    ...NUMERIC,
    pattern: /^\d{1,6}$/,
    presence:
      'always: failed attempts of the last day that count against this sign-in: those from this browser if it is known, otherwise those from all unknown browsers. 0 after an outside provider',
  },
  {
    name: 'signin:Privileged',
    ...BOOL,
    presence:
      'always: whether it is the root user, or a user with AdministratorAccess or the permission to change other identities',
  },
  { name: 'signin:Root', ...BOOL, presence: 'always: whether it is the root user' },
  { name: 'signin:UserName', ...STRING, presence: 'the name of the user; absent for the root user' },
  { name: 'signin:UserPath', ...STRING, presence: 'the path of the user; absent for the root user' },
  { name: 'signin:Groups', ...STRINGS, presence: 'the names of the groups of the user' },
] as const satisfies readonly SignInKey[];

export type SignInKeyName = (typeof SIGNIN_KEYS)[number]['name'];

const byName: ReadonlyMap<string, SignInKey & { readonly name: SignInKeyName }> = new Map(
  SIGNIN_KEYS.map((key) => [key.name.toLowerCase(), key]),
);

/** The row for a key as written in a policy, ignoring case. */
export function findSignInKey(name: string): (SignInKey & { readonly name: SignInKeyName }) | undefined {
  return byName.get(name.toLowerCase());
}

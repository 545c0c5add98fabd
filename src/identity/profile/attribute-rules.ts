import type { ProfileAttribute } from '../documents/users/profile.ts';

/** Why a value cannot be an attribute. */
export type AttributeFault = 'too-long' | 'characters' | 'https' | 'birthdate' | 'zoneinfo' | 'locale' | 'phone';

/** A value as it is stored, or why it cannot be. */
type Read = (text: string) => { readonly value: string } | AttributeFault;

export interface AttributeRule {
  /** In characters: tokens and headers carry the values. */
  readonly longest: number;
  readonly hasLines?: boolean;
  readonly read: Read;
}

// Neither control characters nor those that change the direction of text.
const LINE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u;
const BIRTHDATE = /^(?:\d{4}|(\d{4})-(\d{2})-(\d{2}))$/;
const ZONE = /^[A-Za-z][\w+/-]*$/;
const PHONE = /^\+[1-9]\d{6,14}$/;

const readLine: Read = (text) => (LINE.test(text) ? { value: text } : 'characters');

const readLines: Read = (text) => {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.every((line) => LINE.test(line)) ? { value: lines.join('\n') } : 'characters';
};

/** Apps put these addresses into pages: other schemes run scripts there, or say to everyone on the way who is looked at. */
const readHttps: Read = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.password === '';
  return isPlain && /^https:\/\/[^\s"'<>\\^`{|}]+$/.test(text) ? { value: text } : 'https';
};

/** `YYYY-MM-DD`, `0000-MM-DD` without the year, or `YYYY` alone. */
const readBirthdate: Read = (text) => {
  const [whole, year, month, day] = BIRTHDATE.exec(text) ?? [];
  if (whole === undefined) return 'birthdate';
  if (year === undefined) return whole === '0000' ? 'birthdate' : { value: text };
  // Without a year, the 29th of February is a day.
  const date = new Date(`${year === '0000' ? '2000' : year}-${month}-${day}T00:00:00Z`);
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day) ? { value: text } : 'birthdate';
};

/** A name of the IANA time zone database, in its spelling. */
const readZone: Read = (text) => {
  const known = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === text.toLowerCase());
  if (known !== undefined) return { value: known };
  try {
    // Further names of the same zones.
    if (ZONE.test(text) && new Intl.DateTimeFormat('en', { timeZone: text })) return { value: text };
  } catch {
    return 'zoneinfo';
  }
  return 'zoneinfo';
};

/** A language tag (BCP 47), in its canonical form. */
const readLocale: Read = (text) => {
  try {
    const [value] = Intl.getCanonicalLocales(text);
    return value === undefined ? 'locale' : { value };
  } catch {
    return 'locale';
  }
};

/** E.164, however it was spaced. */
const readPhone: Read = (text) => {
  const value = text.replace(/[\s().-]/g, '');
  return PHONE.test(value) ? { value } : 'phone';
};

const line = (longest: number): AttributeRule => ({ longest, read: readLine });
const https: AttributeRule = { longest: 512, read: readHttps };

/** What each attribute may be. */
export const ATTRIBUTE_RULES: Readonly<Record<ProfileAttribute, AttributeRule>> = {
  name: line(128),
  given_name: line(64),
  family_name: line(64),
  middle_name: line(64),
  nickname: line(64),
  profile: https,
  picture: https,
  website: https,
  gender: line(64),
  birthdate: { longest: 10, read: readBirthdate },
  zoneinfo: { longest: 64, read: readZone },
  locale: { longest: 35, read: readLocale },
  phone_number: { longest: 32, read: readPhone },
  address_formatted: { longest: 512, hasLines: true, read: readLines },
  address_street_address: { longest: 256, hasLines: true, read: readLines },
  address_locality: line(128),
  address_region: line(128),
  address_postal_code: line(32),
  address_country: line(64),
};

/** Reads what someone gave as the value of an attribute: as it is stored, or what is wrong with it. Spaces around it do not count. */
export function readAttribute(name: ProfileAttribute, given: string): ReturnType<Read> {
  const { longest, read } = ATTRIBUTE_RULES[name];
  const text = given.trim();
  // By code points, as people count.
  return [...text].length > longest ? 'too-long' : read(text);
}

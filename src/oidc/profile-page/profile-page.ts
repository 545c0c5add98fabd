import { type Html, html, type Text } from '../../http/html.ts';
import { type MessageName, say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import type { ProfileAttribute, ProfileValues } from '../../identity/documents/users/profile.ts';
import { ATTRIBUTE_RULES, type AttributeFault } from '../../identity/profile/attribute-rules.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

interface Field {
  readonly label: MessageName & `profile.${string}`;
  /** WCAG 2.2, 1.3.5. */
  readonly autocomplete: string;
  readonly type?: 'tel' | 'url';
  readonly hint?: MessageName & `profile.${string}`;
}

const FIELDS: Readonly<Record<ProfileAttribute, Field>> = {
  name: { label: 'profile.name', autocomplete: 'name' },
  given_name: { label: 'profile.givenName', autocomplete: 'given-name' },
  family_name: { label: 'profile.familyName', autocomplete: 'family-name' },
  middle_name: { label: 'profile.middleName', autocomplete: 'additional-name' },
  nickname: { label: 'profile.nickname', autocomplete: 'nickname' },
  profile: { label: 'profile.profileUrl', autocomplete: 'off', type: 'url' },
  picture: { label: 'profile.pictureUrl', autocomplete: 'photo', type: 'url' },
  website: { label: 'profile.websiteUrl', autocomplete: 'url', type: 'url' },
  gender: { label: 'profile.gender', autocomplete: 'sex' },
  birthdate: { label: 'profile.birthdate', autocomplete: 'bday', hint: 'profile.birthdateHint' },
  zoneinfo: { label: 'profile.zoneinfo', autocomplete: 'off', hint: 'profile.zoneinfoHint' },
  locale: { label: 'profile.locale', autocomplete: 'language', hint: 'profile.localeHint' },
  phone_number: { label: 'profile.phoneNumber', autocomplete: 'tel', type: 'tel', hint: 'profile.phoneHint' },
  address_formatted: { label: 'profile.addressFormatted', autocomplete: 'off', hint: 'profile.addressHint' },
  address_street_address: { label: 'profile.addressStreet', autocomplete: 'street-address' },
  address_locality: { label: 'profile.addressLocality', autocomplete: 'address-level2' },
  address_region: { label: 'profile.addressRegion', autocomplete: 'address-level1' },
  address_postal_code: { label: 'profile.addressPostalCode', autocomplete: 'postal-code' },
  address_country: { label: 'profile.addressCountry', autocomplete: 'country-name' },
};

const FAULTS: Readonly<Record<AttributeFault, MessageName & `profile.${string}`>> = {
  'too-long': 'profile.tooLong',
  characters: 'profile.badCharacters',
  https: 'profile.notHttps',
  birthdate: 'profile.notBirthdate',
  zoneinfo: 'profile.notZone',
  locale: 'profile.notLocale',
  phone: 'profile.notPhone',
};

/** What is wrong with what was typed. */
export type ProfileFaults = ReadonlyMap<ProfileAttribute, AttributeFault>;

export interface ProfilePage {
  readonly csrf: string;
  /** What the fields have: what was typed, or what is stored. */
  readonly values: ProfileValues;
  /** The fields that the person may change, and those that only show something. */
  readonly changeable: readonly ProfileAttribute[];
  readonly fixed: readonly ProfileAttribute[];
  readonly faults: ProfileFaults;
  readonly notice?: Text | undefined;
}

/** The words of a message without placeholders. */
const words = (name: MessageName & `profile.${string}`): Text => (say as (name: MessageName) => Text)(name);

/** A form with the attributes of a person. */
export function profilePage({ csrf, values, changeable, fixed, faults, notice }: ProfilePage): Html {
  const [first] = [...faults.keys()];
  return html`<h1>${say('profile.title')}</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
${first !== undefined && errorSummary(say('profile.checkFields'))}
<p>${say('profile.explained')}</p>
${fixed.length > 0 && html`<p>${say('profile.fixed')}</p><dl>${fixed.map((name) => html`<dt>${words(FIELDS[name].label)}</dt><dd>${values[name]}</dd>`)}</dl>`}
<form method="post"><input type="hidden" name="csrf" value="${csrf}">
${changeable.map((name) => field(name, values[name] ?? '', faults.get(name)))}
<button type="submit">${say('profile.save')}</button></form>
<a class="button second" href="${ACCOUNT_PATH}">${say('frame.cancel')}</a>`;
}

function field(name: ProfileAttribute, value: string, fault: AttributeFault | undefined): Html {
  const { label, autocomplete, type = 'text', hint } = FIELDS[name];
  const { longest, hasLines = false } = ATTRIBUTE_RULES[name];
  const described = fault !== undefined ? `${name}-fault` : hint && `${name}-hint`;
  const attributes = html` id="${name}" name="${name}" autocomplete="${autocomplete}" maxlength="${longest}"${
    fault !== undefined && html` aria-invalid="true"`
  }${described !== undefined && html` aria-describedby="${described}"`}`;
  return html`<label for="${name}">${words(label)}</label>
${hint !== undefined && html`<span class="hint" id="${name}-hint">${words(hint)}</span>`}
${fault !== undefined && html`<span class="hint" id="${name}-fault"><strong>${words(FAULTS[fault])}</strong></span>`}
${hasLines ? html`<textarea rows="3"${attributes}>${value}</textarea>` : html`<input type="${type}"${attributes} value="${value}">`}
`;
}

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { proposePerson } from '../../src/federation/provisioning/propose-person.ts';
import type { ProvisioningRules } from '../../src/identity/documents/connector.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { PROFILE_ATTRIBUTES, type ProfileAttribute } from '../../src/identity/documents/users/profile.ts';
import { signInLinked, updateLinked } from '../../src/identity/links/sign-in-linked.ts';
import { ATTRIBUTE_RULES, readAttribute } from '../../src/identity/profile/attribute-rules.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { APPS, discover, expectPage, logIn, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const ADA = {
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'Countess',
  profile: 'https://ada.example/profile',
  picture: 'https://ada.example/ada.png',
  website: 'https://ada.example',
  gender: 'female',
  birthdate: '1815-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
};
const ADDRESS = {
  formatted: '12 St James’s Square\nLondon',
  street_address: '12 St James’s Square',
  locality: 'London',
  region: 'Greater London',
  postal_code: 'SW1Y 4JH',
  country: 'United Kingdom',
};
const STORED = {
  attributes: {
    name: 'Ada King, Countess of Lovelace',
    ...ADA,
    phone_number: '+442079460000',
    ...Object.fromEntries(Object.entries(ADDRESS).map(([name, value]) => [`address_${name}`, value])),
  },
  isPhoneVerified: true as const,
};

let installation: Installation;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('ada', {
    profile: STORED,
    claimsUpdatedAt: 1_700_000_000_123,
    tags: [{ key: 'email', value: 'ada@example.com' }],
  });
  await installation.addUser('bare', { createdAt: 1_600_000_000_000 });
});
afterAll(() => installation.close());

/** What an app gets in the ID token and by userinfo. */
async function given(
  scope: string,
  { user = 'ada', more = {} }: { user?: string; more?: Record<string, string> } = {},
) {
  const app = await discover(installation);
  const tokens = await logIn(installation, app, { user, more: { scope, ...more } });
  const idToken = { ...tokens.claims() } as Record<string, unknown>;
  return { idToken, userinfo: await oidc.fetchUserInfo(app, tokens.access_token, String(idToken['sub'])), tokens };
}

const PROFILE = {
  ...ADA,
  name: 'Ada King, Countess of Lovelace',
  preferred_username: 'ada',
  updated_at: 1_700_000_000,
};
const EMAIL = { email: 'ada@example.com', email_verified: false };
const PHONE = { phone_number: '+442079460000', phone_number_verified: true };

describe('the standard claims (OpenID Connect Core 1.0 §5.1, §5.4)', () => {
  test.each([
    ['oidcc-scope-profile', 'openid profile', PROFILE],
    ['oidcc-scope-email', 'openid email', EMAIL],
    ['oidcc-scope-phone', 'openid phone', PHONE],
    ['oidcc-scope-address', 'openid address', { address: ADDRESS }],
    ['oidcc-scope-all', 'openid profile email address phone', { ...PROFILE, ...EMAIL, ...PHONE, address: ADDRESS }],
  ])('%s: user info has the claims of the scopes, and no others', async (_module, scope, claims) => {
    const { userinfo, idToken } = await given(scope);
    const { sub, ...others } = userinfo;
    expect(others).toEqual(claims);
    expect(sub).toBe(idToken['sub']);
    // An ID token ends in cookies and logs: it has a dozen personal values only if they are asked for.
    for (const name of [...Object.keys(ADA), 'updated_at', 'address', 'phone_number'])
      expect(idToken).not.toHaveProperty(name);
  });

  test('oidcc-claims-essential: the `claims` parameter asks for single ones, also in the ID token', async () => {
    const claims = {
      userinfo: { name: { essential: true }, phone_number: null },
      id_token: { given_name: { essential: true }, address: null, zoneinfo: { value: 'Mars/Utopia' } },
    };
    const { userinfo, idToken } = await given('openid', { more: { claims: JSON.stringify(claims) } });
    expect(userinfo).toEqual({ sub: idToken['sub'], name: PROFILE.name, phone_number: PHONE.phone_number });
    expect(idToken).toMatchObject({ given_name: 'Ada', address: ADDRESS });
    expect(idToken).not.toHaveProperty('family_name');
  });

  test('someone without a profile has none of them but `name`, `preferred_username` and an honest `updated_at`', async () => {
    const { userinfo } = await given('openid profile phone address', { user: 'bare' });
    const { sub: _sub, ...others } = userinfo;
    expect(others).toEqual({ name: 'bare', preferred_username: 'bare', updated_at: 1_600_000_000 });
  });

  test('[S14] access tokens for services have none of them', async () => {
    const scope = 'openid profile phone address orders:read';
    const app = await discover(installation);
    const more = { scope, resource: 'https://orders.example' };
    const { access_token } = await logIn(installation, app, { user: 'ada', more });
    expect(
      Object.keys(decodeJwt(access_token)).filter((name) => name in PROFILE || name in PHONE || name === 'address'),
    ).toEqual([]);
  });

  test('discovery lists scopes and claims', async () => {
    const metadata = (await discover(installation)).serverMetadata();
    expect(metadata.scopes_supported).toEqual(expect.arrayContaining(['profile', 'email', 'phone', 'address']));
    expect(metadata.claims_supported).toEqual(
      expect.arrayContaining([...Object.keys(PROFILE), ...Object.keys(EMAIL), ...Object.keys(PHONE), 'address']),
    );
  });

  test('the consent page names them', async () => {
    const app = await discover(installation);
    const url = oidc.buildAuthorizationUrl(app, {
      ...{ redirect_uri: 'https://app.example/callback', scope: 'openid phone address', prompt: 'consent' },
      ...{ code_challenge: await oidc.calculatePKCECodeChallenge('v'.repeat(43)), code_challenge_method: 'S256' },
      claims: JSON.stringify({ userinfo: { birthdate: null } }),
    });
    const page = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'ada' }));
    for (const words of ['See your phone number', 'See your postal address', 'date of birth'])
      expect(page.text).toContain(words);
  });
});

describe('the page /sign-in/profile', () => {
  const stored = async ({ accountId, userId }: User) => installation.identities.users.get([accountId, userId]);
  async function openPage(user: string): Promise<PageSeen> {
    const person = newPerson(installation.url);
    expectPage(await typeIn(await person.open(`${installation.url}/sign-in`), { user }));
    return expectPage(await person.open(`${installation.url}/sign-in/profile`));
  }

  test('sets, normalises and removes attributes without a script; the event names them without values', async () => {
    const user = await installation.addUser('page', { profile: { attributes: { nickname: 'Old' } } });
    const page = await openPage('page');
    expect(page.labels).toHaveLength(PROFILE_ATTRIBUTES.length);
    const fields = { 'given name': ' Grace ', 'phone number': '+1 (212) 555-0100', nickname: '', language: 'EN-us' };
    const saved = expectPage(await page.submit('save', { ...fields, 'time zone': 'america/new_york' }));
    expect(saved.text).toContain('Your profile is saved.');
    expect(await stored(user)).toMatchObject({
      profile: {
        attributes: {
          given_name: 'Grace',
          phone_number: '+12125550100',
          locale: 'en-US',
          zoneinfo: 'America/New_York',
        },
      },
      claimsUpdatedAt: expect.any(Number),
    });
    const event = installation.events.find(({ eventName }) => eventName === 'ChangeProfile');
    expect(event?.request).toEqual({ attributes: ['given_name', 'nickname', 'zoneinfo', 'locale', 'phone_number'] });
    expect(JSON.stringify(installation.events)).not.toMatch(/Grace|5550100/);
    // Nothing changed: nothing is written and nothing recorded.
    const before = installation.events.length;
    expectPage(await saved.submit('save'));
    expect(installation.events).toHaveLength(before);
  });

  test('keeps what was typed and stores nothing if a field is wrong', async () => {
    const user = await installation.addUser('typo');
    const page = expectPage(
      await (await openPage('typo')).submit('save', { 'given name': 'Kept', picture: 'http://x.example/a.png' }),
    );
    expect(page.status).toBe(400);
    expect(page.text).toContain('must be a web address that begins with https://');
    expect(page.html).toContain('value="Kept"');
    expect(page.html).toMatch(/id="picture"[^>]*aria-invalid="true"[^>]*aria-describedby="picture-fault"/);
    expect((await stored(user))?.profile).toBeUndefined();
  });

  test('[S31] does not change what an outside login gives, and never says that a number is verified', async () => {
    const link = { id: 'l1', connector: 'corp', subject: 's', groupIds: [], createdAt: 1 };
    const user = await installation.addUser('linked', {
      links: [{ ...link, displayName: 'From Corp', profile: { given_name: 'Corp' } }],
      profile: { attributes: { phone_number: '+12125550100' }, isPhoneVerified: true },
    });
    const page = await openPage('linked');
    expect(page.labels).not.toContain('Given name');
    expect(page.text).toContain('Corp');
    // A field that the page does not have counts as absent.
    const forged = page.html.match(/name="csrf" value="([^"]*)"/)?.[1] ?? '';
    expect(forged).not.toBe('');
    await page.submit('save', { 'phone number': '+12125550199' });
    expect((await stored(user))?.profile).toEqual({ attributes: { phone_number: '+12125550199' } });
    expect((await given('openid profile phone', { user: 'linked' })).userinfo).toMatchObject({
      ...{ name: 'From Corp', given_name: 'Corp', phone_number: '+12125550199', phone_number_verified: false },
    });
  });
});

describe('an outside login', () => {
  const connector = { accountId: ACCOUNT, name: 'corp', connectorId: 'c1', domains: [] };
  const rules: ProvisioningRules = {
    ...{ userName: ['login'], displayName: ['name'], email: [], groups: { map: [], always: [] } },
    profile: [
      { attribute: 'given_name', claim: 'first' },
      { attribute: 'locale', claim: 'lang' },
      { attribute: 'picture', claim: 'pic' },
      { attribute: 'address_locality', claim: 'address.city' },
    ],
  };
  const login = (claims: object, now: number) => ({
    ...{ connector, subject: 's1', now },
    person: proposePerson(rules, { login: 'corp-user', name: 'C', ...claims }, 's1'),
  });

  test('gives the attributes of its rules, drops what cannot be one, and tells when something changed', async () => {
    const deps = { store: installation.identities, random: systemRandom(), clock: systemClock };
    const claims = { first: 'Cora', lang: 'en_GB', pic: 'http://plain.example/x.png', address: { city: 'Bonn' } };
    const first = await signInLinked(deps, login(claims, 1000));
    expect(first?.user).toMatchObject({
      links: [{ profile: { given_name: 'Cora', locale: 'en-GB', address_locality: 'Bonn' } }],
      claimsUpdatedAt: 1000,
    });
    expect((await signInLinked(deps, login(claims, 2000)))?.user.claimsUpdatedAt).toBe(1000);
    // A renewal that leaves claims out changes nothing of them; a sign-in does.
    const { person, ...renewed } = login({}, 3000);
    expect((await updateLinked(deps.store, { ...renewed, person }))?.links?.[0]?.profile).toMatchObject({
      locale: 'en-GB',
    });
    const again = await signInLinked(deps, login({ first: 'Cora' }, 4000));
    expect(again?.user).toMatchObject({ links: [{ profile: { given_name: 'Cora' } }], claimsUpdatedAt: 4000 });
    expect(again?.user.links?.[0]?.profile).not.toHaveProperty('locale');
  });
});

describe('values of attributes', () => {
  const refused: readonly (readonly [ProfileAttribute, string])[] = [
    ['picture', 'http://a.example/x'],
    ['picture', 'javascript:alert(1)'],
    ['website', 'https://user:pw@a.example'],
    ['website', 'https://a.example/"><script>'],
    ['profile', `https://a.example/${'x'.repeat(512)}`],
    ['birthdate', '1990-02-30'],
    ['birthdate', '0000'],
    ['birthdate', '31.12.1990'],
    ['birthdate', '1990-13-01'],
    ['zoneinfo', 'Europe/Atlantis'],
    ['zoneinfo', '+01:00'],
    ['locale', 'en_US'],
    ['locale', 'not a tag'],
    ['phone_number', '030 12345678'],
    ['phone_number', '+0123456789'],
    ['phone_number', '+1234567890123456'],
    ['given_name', 'a\u202eb'],
    ['given_name', 'a\u061cb'],
    ['given_name', 'a\nb'],
    ['given_name', 'x'.repeat(65)],
    ['address_locality', 'a\u0000'],
  ];
  test.each(refused)('%s is not %j', (name, text) => {
    expect(typeof readAttribute(name, text)).toBe('string');
  });

  const taken: readonly (readonly [ProfileAttribute, string, string])[] = [
    ['birthdate', '0000-02-29', '0000-02-29'],
    ['birthdate', '1990', '1990'],
    ['zoneinfo', 'europe/berlin', 'Europe/Berlin'],
    ['zoneinfo', 'UTC', 'UTC'],
    ['locale', 'DE-ch', 'de-CH'],
    ['phone_number', '+49 (30) 123-45.678', '+493012345678'],
    ['address_formatted', 'a\r\nb', 'a\nb'],
    ['given_name', '𝒜'.repeat(64), '𝒜'.repeat(64)],
    ['picture', 'https://a.example/a.png?s=1#x', 'https://a.example/a.png?s=1#x'],
  ];
  test.each(taken)('%s %j is stored as %j', (name, text, value) => {
    expect(readAttribute(name, text)).toEqual({ value });
  });

  test('all together stay far below what a header can hold', () => {
    const longest = Object.values(ATTRIBUTE_RULES).reduce((sum, { longest }) => sum + longest, 0);
    expect(longest).toBeLessThan(4096);
  });
});

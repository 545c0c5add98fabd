import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { ENTITY_ID, metadataOf, rsaKey } from '../../../../harness/saml-metadata.ts';
import {
  type AssertionParts,
  assertionXml,
  authnStatement,
  base64,
  nameIdOf,
  responseXml,
  signed,
} from '../../../../harness/saml-responses.ts';
import { BINDINGS } from '../../../../src/federation/connectors/saml/bindings.ts';
import { logoutRequestXml } from '../../../../src/federation/connectors/saml/logout-message.ts';
import { readRedirect, redirectUrl } from '../../../../src/federation/saml/redirect-binding.ts';
import { signMessage } from '../../../../src/federation/saml/sign-message.ts';
import { expectLeft, expectPage } from '../../../oidc/app.ts';
import { type Browser, type ConnectorScene, connectorScene, openBrowser, openSignIn } from '../scene.ts';

/** Sign-ins through the routes, with a stand-in that signs as an identity provider does. */

const MINUTE = 60_000;
const KEY = rsaKey();
const RIVAL_KEY = rsaKey();
const REFEDS_MFA = 'https://refeds.org/profile/mfa';
const SLO = 'https://idp.example.com/slo';
const SERVICES = `<md:SingleLogoutService Binding="${BINDINGS.redirect}" Location="${SLO}"/>
<md:SingleSignOnService Binding="${BINDINGS.redirect}" Location="https://idp.example.com/sso"/>`;

let scene: ConnectorScene;
/** How far the server's clock is ahead, in ms. */
let ahead = 0;
beforeAll(async () => {
  scene = await connectorScene({ clock: { now: () => Date.now() + ahead } });
  const rules = { groups: { claim: 'groups', map: [{ value: 'eng', group: 'Developers' }] } };
  const corp = { name: 'corp', kind: 'saml', displayName: 'Corp', metadata: metadataOf(KEY, { services: SERVICES }) };
  const byPost = SERVICES.replaceAll(BINDINGS.redirect, BINDINGS.post);
  await scene.configure([
    { ...corp, rules, trustEmail: true, trustedFactors: { acr: [REFEDS_MFA] } },
    // Another connector of the same issuer, as two apps of one Entra tenant are: only their keys differ.
    { ...corp, name: 'rival', displayName: 'Rival', metadata: metadataOf(RIVAL_KEY, { services: byPost }) },
    { ...corp, name: 'portal', displayName: 'Portal', allowIdpInitiated: true, idpInitiatedApp: 'app' },
  ]);
});
afterAll(() => scene.close());

interface AtProvider {
  readonly browser: Browser;
  readonly relayState: string;
  readonly id: string;
  readonly login: Awaited<ReturnType<typeof openSignIn>>['login'];
}

/** Goes to the provider. */
async function begin(browser: Browser = openBrowser(scene), button = 'continue with corp'): Promise<AtProvider> {
  const { page, login } = await openSignIn(scene, browser);
  const { searchParams } = expectLeft(await page.submit(button));
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const [, id = ''] = /\bID="([^"]+)"/.exec(xml) ?? [];
  return { browser, relayState: searchParams.get('RelayState') ?? '', id, login };
}

const acs = (connector = 'corp') => `${scene.url}/saml/${connector}/acs`;
let made = 0;

function responseXmlFor(id: string | undefined, more: Partial<AssertionParts> = {}): string {
  const now = Date.now();
  const audience = `${scene.url}/saml/corp/metadata`;
  const parts = { id: `_a${++made}`, now, recipient: acs(), audience, inResponseTo: id, ...more };
  return responseXml(assertionXml(parts), { now, destination: acs(), inResponseTo: id });
}

const responseFor = (id: string | undefined, more: Partial<AssertionParts> = {}, key = KEY): string =>
  base64(signed(responseXmlFor(id, more), 'Assertion', key));

/** Posts a form as another site does: without cookies. */
async function post(
  url: string,
  form: Record<string, string>,
): Promise<{ status: number; next: string; text: string }> {
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
  return { status: answer.status, next: answer.headers.get('location') ?? '', text: await answer.text() };
}

/** Comes back with a response, first without cookies and then with them. */
async function comeBack({ browser, relayState }: Pick<AtProvider, 'browser' | 'relayState'>, SAMLResponse: string) {
  const { next } = await post(acs(), { SAMLResponse, RelayState: relayState });
  return expectPage(await browser.person.open(new URL(next, scene.url).href));
}

/** Signs in and lets the app have its tokens. */
async function signIn(more: Partial<AssertionParts> = {}, browser = openBrowser(scene)) {
  const begun = await begin(browser);
  const page = await comeBack(begun, responseFor(begun.id, more));
  const left = expectLeft(await page.submit('allow'));
  return { browser, tokens: await oidc.authorizationCodeGrant(scene.app, left, begun.login.checks) };
}

const inSession = (index: string): string => authnStatement({ at: Date.now(), attributes: ` SessionIndex="${index}"` });

test('a person signs in to an app, with the attributes of the provider', async () => {
  const { tokens } = await signIn({
    attributes: { uid: ['ada'], displayName: ['Ada L.'], email: ['ada@corp.example'] },
  });
  expect(tokens.claims()).toMatchObject({ preferred_username: 'ada', name: 'Ada L.', email: 'ada@corp.example' });
  expect(scene.outcomes.at(-1)).toBe('ok');
  const record = JSON.stringify(scene.events);
  expect(record).toContain('nameid-format:persistent!!!person-1');
  expect(record).not.toMatch(/SAMLResponse|PHNhbWxw/);
});

test('[SAML V2.0 Core §2.7.2] browser session, access token and refresh token end with SessionNotOnOrAfter', async () => {
  const [limited, other] = [await signIn({ sessionNotOnOrAfter: Date.now() + 30 * MINUTE }), await signIn()];
  const works = async ({ browser, tokens }: typeof limited) => {
    const page = expectPage(await browser.person.open(`${scene.url}/sign-in`));
    const { active } = await oidc.tokenIntrospection(scene.app, tokens.access_token);
    const refreshed = await oidc.refreshTokenGrant(scene.app, tokens.refresh_token ?? '').catch(() => undefined);
    return [page.heading === 'Your account', active, refreshed !== undefined, refreshed ?? tokens] as const;
  };
  try {
    const [, , , tokens] = await works(limited);
    ahead = 30 * MINUTE;
    const [page, active, isRefreshed, refreshed] = await works({ ...limited, tokens } as typeof limited);
    // Within the tolerance for the clocks, as at the arrival.
    expect([page, active, isRefreshed]).toEqual([true, true, true]);
    ahead = 31 * MINUTE;
    expect((await works({ ...limited, tokens: refreshed } as typeof limited)).slice(0, 3)).toEqual([
      false,
      false,
      false,
    ]);
    expect((await works(other)).slice(0, 3)).toEqual([true, true, true]);
  } finally {
    ahead = 0;
  }
});

test('an authentication context that the connector trusts counts as the second factor, others do not', async () => {
  const authnOf = (classRef?: string) => ({
    authnStatement: authnStatement({ at: Date.now(), ...(classRef && { classRef }) }),
  });
  for (const [classRef, amr, mfa] of [
    [REFEDS_MFA, ['mfa'], true],
    [`${REFEDS_MFA}/`, [], false],
    [undefined, [], false],
  ] as const) {
    expect((await signIn(authnOf(classRef))).tokens.claims()?.['amr']).toEqual(amr);
    const event = scene.events.filter(({ eventName }) => eventName === 'ConnectorSignIn').at(-1);
    expect(event?.authentication).toMatchObject({ mfa });
    expect(event?.request?.['trustedFactor']).toBe(mfa ? `acr ${REFEDS_MFA}` : undefined);
  }
});

test('our metadata are public', async () => {
  for (const name of ['corp', 'rival']) {
    const answer = await fetch(`${scene.url}/saml/${name}/metadata`);
    expect(answer.headers.get('content-type')).toContain('application/samlmetadata+xml');
    const text = await answer.text();
    expect(text).toContain(`entityID="${scene.url}/saml/${name}/metadata"`);
    expect(text).toContain(`Location="${acs(name)}"`);
    expect(text.match(/use="(?:signing|encryption)"/g)).toEqual(['use="signing"', 'use="encryption"']);
    expect(text).not.toContain('PRIVATE');
  }
  expect((await fetch(`${scene.url}/saml/none/metadata`)).status).toBe(404);
});

describe('answers that sign nobody in', () => {
  test('S39: a response works once, and so does the address at which it is taken', async () => {
    const begun = await begin();
    const { next } = await post(acs(), { SAMLResponse: responseFor(begun.id), RelayState: begun.relayState });
    const open = () => begun.browser.person.open(new URL(next, scene.url).href);
    expect(expectPage(await open()).heading).toContain('Allow');
    expect(expectPage(await open()).heading).toBe('Sign-in did not work');
    const again = await comeBack(begun, responseFor(begun.id));
    expect([again.heading, scene.outcomes.at(-1)]).toEqual(['Sign-in did not work', 'state']);
  });

  test('S39: an assertion that was used before creates nobody', async () => {
    const id = '_used-before';
    const named = (uid: string) => ({ id, nameId: nameIdOf(uid), attributes: { uid: [uid] } });
    const first = await begin();
    expect((await comeBack(first, responseFor(first.id, named('early')))).heading).toContain('Allow');
    const second = await begin();
    expect((await comeBack(second, responseFor(second.id, named('late')))).heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('replay');
    const links = scene.identities.users.find('byName', ['123456789012', 'late'], { limit: 1 });
    expect((await links).items).toEqual([]);
  });

  test('an answer with a second state, at the address where that one counts, signs nobody in', async () => {
    const [own, other] = [await begin(), await begin()];
    const form = { SAMLResponse: responseFor(own.id), state: own.relayState, RelayState: other.relayState };
    const { next } = await post(`${scene.url}/federation/corp/callback`, form);
    const { searchParams } = new URL(next, scene.url);
    const page = expectPage(await own.browser.person.open(`${acs()}?${searchParams}`));
    expect([page.heading, scene.outcomes.at(-1)]).toEqual(['Sign-in did not work', 'state']);
  });

  test('the RelayState fits in 80 bytes (SAML V2.0 Bindings §3.4.3)', async () => {
    const { relayState } = await begin();
    expect(Buffer.byteLength(relayState)).toBeLessThanOrEqual(80);
  });

  test('login CSRF: the response to a sign-in that began in another browser', async () => {
    const attacker = await begin();
    const victim = await begin();
    const page = await comeBack({ ...attacker, browser: victim.browser }, responseFor(attacker.id));
    expect(page.heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('browser');
  });

  test('the response to the request of another browser, under the own RelayState', async () => {
    const attacker = await begin();
    const victim = await begin();
    expect((await comeBack(victim, responseFor(attacker.id))).heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('in-response-to');
  });

  test.each([
    ['unsigned', (id: string) => base64(responseXmlFor(id)), 'signature'],
    [
      'by the key of another connector with the same issuer',
      (id: string) => responseFor(id, {}, RIVAL_KEY),
      'signature',
    ],
    ['for another audience', (id: string) => responseFor(id, { audience: 'https://other.example' }), 'audience'],
    ['a blank NameID', (id: string) => responseFor(id, { nameId: '<saml:NameID> </saml:NameID>' }), 'subject'],
  ])('S38, S39: %s', async (_, make, check) => {
    const begun = await begin();
    const page = await comeBack(begun, make(begun.id));
    expect(page.heading).toBe('Sign-in did not work');
    expect(page.text).toMatch(/Reference: \S+/);
    expect(scene.outcomes.at(-1)).toBe(check);
  });

  test('S38: wrapped: a forged assertion, and the signed one beside it, in Extensions, or within it', async () => {
    const evil = { nameId: '<saml:NameID>admin</saml:NameID>' };
    const wrappings: readonly ((good: string, forged: string) => string)[] = [
      (good, forged) => good.replace('<saml:Assertion', `${forged}<saml:Assertion`),
      (good, forged) => good.replace('</samlp:Response>', `${forged}</samlp:Response>`),
      (good, forged) => inExtensions(good, forged),
      (good, forged) =>
        good.replace(ASSERTION, (whole) => forged.replace('</saml:Assertion>', `${whole}</saml:Assertion>`)),
    ];
    for (const wrap of wrappings) {
      const begun = await begin();
      const good = signed(responseXmlFor(begun.id), 'Assertion', KEY);
      const [forged = ''] = ASSERTION.exec(responseXmlFor(begun.id, evil)) ?? [];
      expect((await comeBack(begun, base64(wrap(good, forged)))).heading).toBe('Sign-in did not work');
      expect(['response', 'signature']).toContain(scene.outcomes.at(-1));
    }
  });

  test.each([
    ['a URL', 'https://evil.example/'],
    ['100 kB', 'x'.repeat(100_000)],
    ['nothing', ''],
  ])('a RelayState that is %s: nothing is kept, and nobody is sent there', async (_, RelayState) => {
    const { status, next } = await post(acs(), { SAMLResponse: responseFor(undefined), RelayState });
    expect([status, next]).toEqual([400, '']);
    expect(scene.outcomes.at(-1)).toBe('state');
  });

  test('a response in the URL, and one at the address of OpenID Connect', async () => {
    const begun = await begin();
    const query = new URLSearchParams({ SAMLResponse: responseFor(begun.id), RelayState: begun.relayState });
    expect(expectPage(await begun.browser.person.open(`${acs()}?${query}`)).heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('parameters');
    const again = await begin();
    const form = { SAMLResponse: responseFor(again.id), state: again.relayState };
    const { next } = await post(`${scene.url}/federation/corp/callback`, form);
    expect(expectPage(await again.browser.person.open(new URL(next, scene.url).href)).heading).toBe(
      'Sign-in did not work',
    );
    expect(scene.outcomes.at(-1)).toBe('mix-up');
  });
});

test('a provider that takes requests by POST gets a form', async () => {
  const { page } = await openSignIn(scene, openBrowser(scene));
  const shown = expectPage(await page.submit('continue with rival'));
  expect(shown.html).toContain('action="https://idp.example.com/sso"');
  expect(shown.html).toMatch(/name="SAMLRequest" value="[A-Za-z0-9+/=]+"/);
  expect(shown.headers.get('content-security-policy')).not.toContain('form-action');
});

describe('people who begin at the provider', () => {
  test('come to the app, once the provider has answered a request of ours', async () => {
    const browser = openBrowser(scene);
    const form = { SAMLResponse: responseFor(undefined), RelayState: 'https://evil.example/' };
    const { status, next } = await post(acs('portal'), form);
    expect([status, new URL(next).pathname]).toEqual([303, '/oidc/auth']);
    const { searchParams } = expectLeft(await browser.person.open(next));
    const relayState = searchParams.get('RelayState') ?? '';
    const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    const [, id = ''] = /\bID="([^"]+)"/.exec(request) ?? [];
    const answer = responseFor(id, { recipient: acs('portal'), audience: `${scene.url}/saml/portal/metadata` });
    const xml = Buffer.from(answer, 'base64')
      .toString()
      .replace(`Destination="${acs()}"`, `Destination="${acs('portal')}"`);
    const back = await post(acs('portal'), { SAMLResponse: base64(xml), RelayState: relayState });
    const left = expectLeft(await browser.person.open(new URL(back.next, scene.url).href));
    expect(left.href).toBe('https://app.example/');
  });

  test('not where the connector does not allow it', async () => {
    expect((await post(acs(), { SAMLResponse: responseFor(undefined) })).status).toBe(400);
    expect(scene.outcomes.at(-1)).toBe('state');
  });

  test('the response that they bring signs nobody in, whatever it says', async () => {
    const users = async () =>
      (await scene.identities.users.find('byName', ['123456789012', 'slipped'], { limit: 1 })).items;
    const slipped = responseFor(undefined, { recipient: acs('portal'), attributes: { uid: ['slipped'] } });
    const { next } = await post(acs('portal'), { SAMLResponse: slipped });
    expectLeft(await openBrowser(scene).person.open(next));
    expect(await users()).toEqual([]);
  });
});

/** Refusals are folded, so that one of an earlier test may come late. */
const lastAllowed = () => scene.events.findLast(({ outcome }) => outcome === 'allowed');

describe('single logout', () => {
  const works = async ({ browser, tokens }: Awaited<ReturnType<typeof signIn>>): Promise<readonly boolean[]> => {
    const page = await browser.person.open(`${scene.url}/sign-in`);
    const { active } = await oidc.tokenIntrospection(scene.app, tokens.access_token);
    return [page.kind === 'page' && page.heading === 'Your account', active];
  };
  const requestXml = (sessionIndex: string | undefined, value = 'person-1') => {
    const sent = { id: `_l${++made}`, issuer: ENTITY_ID, destination: `${scene.url}/saml/corp/slo`, now: Date.now() };
    const nameId = { value, format: 'f', nameQualifier: undefined, spNameQualifier: undefined };
    return logoutRequestXml(sent, { nameId, sessionIndex });
  };
  const sloUrl = (xml: string, key = KEY): string =>
    redirectUrl({
      location: `${scene.url}/saml/corp/slo`,
      parameter: 'SAMLRequest',
      xml,
      relayState: 'theirs',
      signingKey: key.privateKey,
    });

  test('[S36] the provider ends one session: its logins here end, others do not, and it gets a signed answer', async () => {
    const [one, two] = [
      await signIn({ authnStatement: inSession('s1') }),
      await signIn({ authnStatement: inSession('s2') }),
    ];
    const url = expectLeft(await one.browser.person.open(sloUrl(requestXml('s1'))));
    expect(`${url.origin}${url.pathname}`).toBe(SLO);
    expect(readRedirect(url.search.slice(1))).toMatchObject({ parameter: 'SAMLResponse', relayState: 'theirs' });
    expect(url.searchParams.get('Signature')).toMatch(/./);
    expect(await works(one)).toEqual([false, false]);
    expect(await works(two)).toEqual([true, true]);
  });

  test('[S36] without a session index all of the person’s logins end; by POST, in any browser', async () => {
    const signedIn = await signIn({ authnStatement: inSession('s3') });
    const form = { SAMLRequest: base64(signMessage(requestXml(undefined), KEY)) };
    expect((await post(`${scene.url}/saml/corp/slo`, form)).status).toBe(303);
    expect(await works(signedIn)).toEqual([false, false]);
    expect(lastAllowed()).toMatchObject({ eventName: 'ConnectorSignOut' });
  });

  test.each([
    ['unsigned', () => sloUrl(requestXml(undefined)).replace(/&SigAlg=.*/, '')],
    ['by the key of another connector', () => sloUrl(requestXml(undefined), RIVAL_KEY)],
    ['a deflate bomb', () => `${scene.url}/saml/corp/slo?SAMLRequest=${encodeURIComponent(BOMB)}`],
  ])('a request that ends nothing: %s', async (_, urlOf) => {
    const signedIn = await signIn({ authnStatement: inSession('s4') });
    const page = expectPage(await signedIn.browser.person.open(urlOf()));
    expect([page.status, page.heading]).toEqual([400, 'Sign-out did not work']);
    expect(await works(signedIn)).toEqual([true, true]);
  });

  test('a disabled connector still receives sign-outs of its provider', async () => {
    const signedIn = await signIn({ authnStatement: inSession('s6') });
    const corp = await scene.identities.connectors.update(['123456789012', 'corp'], (old) => ({
      ...old,
      enabled: false,
    }));
    try {
      expectLeft(await signedIn.browser.person.open(sloUrl(requestXml('s6'))));
      expect(await works(signedIn)).toEqual([false, false]);
      expect(lastAllowed()).toMatchObject({ eventName: 'ConnectorSignOut' });
    } finally {
      await scene.identities.connectors.update(['123456789012', 'corp'], (old) => ({ ...old, enabled: true }));
    }
    expect(corp?.enabled).toBe(false);
  });

  test('a person who signs out here is signed out at the provider, and comes back to the app', async () => {
    const signedIn = await signIn({ authnStatement: inSession('s5') });
    const end = oidc.buildEndSessionUrl(scene.app, { post_logout_redirect_uri: 'https://app.example/bye', state: 'x' });
    const confirm = expectPage(await signedIn.browser.person.open(end.href));
    const url = expectLeft(await confirm.submit('sign out'));
    const { xml, relayState = '' } = readRedirect(url.search.slice(1));
    expect(`${url.origin}${url.pathname}`).toBe(SLO);
    expect(xml).toContain('>person-1<');
    expect(xml).toContain('<samlp:SessionIndex>s5<');
    // It has ended here already, whether the provider answers or not.
    expect(await works(signedIn)).toEqual([false, expect.any(Boolean)]);
    const answer = redirectUrl({
      location: `${scene.url}/saml/corp/slo`,
      parameter: 'SAMLResponse',
      xml: '<unsigned/>',
      relayState,
      signingKey: undefined,
    });
    expect(expectLeft(await signedIn.browser.person.open(answer)).href).toBe('https://app.example/bye?state=x');
    expect(expectPage(await signedIn.browser.person.open(answer)).heading).toBe('You are signed out');
  });
});

const ASSERTION = /<saml:Assertion.*<\/saml:Assertion>/s;
/** Inflates to 10 MB. */
const BOMB = deflateRawSync(Buffer.alloc(10_000_000, ' ')).toString('base64');

function inExtensions(good: string, forged: string): string {
  const [whole = ''] = ASSERTION.exec(good) ?? [];
  const extensions = `<samlp:Extensions>${whole}</samlp:Extensions>`;
  return good.replace(whole, forged).replace('<samlp:Status>', `${extensions}<samlp:Status>`);
}

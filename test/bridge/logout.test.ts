import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Person, Seen } from '../../harness/person.ts';
import type { SigningKey } from '../../harness/saml-metadata.ts';
import { logoutRequestXml, logoutResponseXml } from '../../src/federation/connectors/saml/logout-message.ts';
import { readRedirect, redirectUrl, requireSignedQuery } from '../../src/federation/saml/redirect-binding.ts';
import { signMessage } from '../../src/federation/saml/sign-message.ts';
import {
  assertionOf,
  type BridgeScene,
  begin,
  newBrowser,
  OTHER_KEY,
  openBridgeScene,
  pageOf,
  SP,
  SP_KEY,
  signIn,
} from './bridge-scene.ts';

/** Single logout: service providers are stand-ins, with one key for all. */

const [WIKI, MAIL, BARE] = ['https://wiki.example', 'https://mail.example', 'https://bare.example'] as const;
const sloOf = (entityId: string) => `${entityId}/slo`;

let scene: BridgeScene;
beforeAll(async () => {
  scene = await openBridgeScene();
  await scene.addUser('alice');
  const certificates = [SP_KEY.certificate];
  const logout = (entityId: string) => ({
    certificates,
    logout: { url: sloOf(entityId), binding: 'HTTP-Redirect' as const },
  });
  await scene.addApplication({}, logout(SP));
  await scene.addApplication({ applicationId: 'wiki', displayName: 'Wiki', entityId: WIKI }, logout(WIKI));
  await scene.addApplication(
    { applicationId: 'mail', displayName: 'Mail', entityId: MAIL },
    { certificates, logout: { url: sloOf(MAIL), responseUrl: `${MAIL}/answers`, binding: 'HTTP-POST' } },
  );
  await scene.addApplication({ applicationId: 'bare', displayName: 'Bare', entityId: BARE });
});
afterAll(() => scene.close());

/** A browser that is signed in to apps, and what they know of the session. */
interface Session {
  readonly browser: Person;
  readonly known: ReadonlyMap<string, Known>;
}
interface Known {
  readonly nameId: Parameters<typeof logoutRequestXml>[1]['nameId'];
  readonly sessionIndex: string | undefined;
}

async function sessionWith(...apps: readonly string[]): Promise<Session> {
  const browser = newBrowser(scene);
  const known = new Map<string, Known>();
  for (const issuer of apps) {
    const page = await begin(scene, browser, { parts: { issuer } });
    const { nameId, authentications } = await assertionOf(scene, known.size === 0 ? await signIn(page) : page);
    if (nameId === undefined) throw new Error('no NameID');
    known.set(issuer, { nameId, sessionIndex: authentications[0]?.sessionIndex });
  }
  return { browser, known };
}

let made = 0;
interface Logout {
  readonly id?: string;
  readonly issuer?: string;
  readonly key?: SigningKey | undefined;
  readonly destination?: string;
  readonly now?: number;
  readonly relayState?: string;
}

function requestXml(known: Known | undefined, more: Logout = {}): string {
  const { id = `_l${++made}`, issuer = SP, destination = scene.addresses.slo, now = Date.now() } = more;
  if (known === undefined) throw new Error('no such session');
  return logoutRequestXml({ id, issuer, destination, now }, known);
}

/** Where an app sends the browser to sign out. */
function logoutUrl(known: Known | undefined, more: Logout = {}): string {
  const { key = SP_KEY, relayState } = more;
  const signingKey = 'key' in more && more.key === undefined ? undefined : key.privateKey;
  return redirectUrl({
    location: scene.addresses.slo,
    parameter: 'SAMLRequest',
    xml: requestXml(known, more),
    relayState,
    signingKey,
  });
}

/** What the server sends to an app by redirect; its signature is verified with the published keys. */
async function received(seen: Seen) {
  if (seen.kind !== 'left') throw new Error(`still here: ${seen.text}`);
  const message = readRedirect(seen.url.search.slice(1));
  requireSignedQuery(message, await scene.signingKeys());
  const id = /\bID="([^"]+)"/.exec(message.xml)?.[1] ?? '';
  return { ...message, id, to: seen.url.origin + seen.url.pathname };
}

/** The answer of an app that has signed the person out. */
function answered(
  issuer: string,
  { id, relayState }: { readonly id: string; readonly relayState: string | undefined },
  key: SigningKey | undefined = SP_KEY,
): string {
  const sent = { id: `_a${++made}`, issuer, destination: scene.addresses.slo, now: Date.now() };
  const xml = logoutResponseXml(sent, id);
  return redirectUrl({
    location: scene.addresses.slo,
    parameter: 'SAMLResponse',
    xml,
    relayState,
    signingKey: key?.privateKey,
  });
}

/** Where the browser goes after another site has made it post a form: without our cookies. */
async function postedByAnotherSite(body: URLSearchParams): Promise<string> {
  const answer = await fetch(scene.addresses.slo, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location') ?? '', scene.url).href;
}

/** Whether the browser is signed in. */
async function isSignedIn(browser: Person): Promise<boolean> {
  return !pageOf(await browser.open(`${scene.url}/sign-in`))
    .labels.join()
    .includes('Password');
}

beforeEach(() => {
  scene.counted.length = 0;
});

test('[SAML V2.0 Profiles §4.4] an app signs out: the session here ends first, then the other apps, then it is answered', async () => {
  const { browser, known } = await sessionWith(SP, WIKI);
  const toWiki = await received(await browser.open(logoutUrl(known.get(SP), { id: '_asked', relayState: 'its own' })));
  expect(await isSignedIn(browser)).toBe(false);
  expect(toWiki.to).toBe(sloOf(WIKI));
  expect(toWiki.xml).toContain(`>${known.get(WIKI)?.nameId.value}</saml:NameID>`);
  expect(toWiki.xml).toContain(`<samlp:SessionIndex>${known.get(WIKI)?.sessionIndex}<`);
  expect(toWiki.relayState?.length).toBeLessThanOrEqual(80);
  const toSp = await received(await browser.open(answered(WIKI, toWiki)));
  expect(toSp).toMatchObject({ to: sloOf(SP), parameter: 'SAMLResponse', relayState: 'its own' });
  expect(toSp.xml).toContain('InResponseTo="_asked"');
  expect(toSp.xml).toContain('status:Success');
  expect(toSp.xml).not.toContain('PartialLogout');
  expect(scene.counted).toContain('logout complete');
});

test('[SAML V2.0 Core §3.7.3.2] an app that takes no logout messages makes it partial', async () => {
  const { browser, known } = await sessionWith(SP, BARE);
  const answer = await received(await browser.open(logoutUrl(known.get(SP))));
  expect(answer.xml).toMatch(/status:Success"><samlp:StatusCode Value="[^"]*:PartialLogout"/);
  expect(scene.counted).toContain('logout partial');
});

test.each<[string, (toWiki: { readonly id: string; readonly relayState: string | undefined }) => string]>([
  ['signed by another key', (toWiki) => answered(WIKI, toWiki, OTHER_KEY)],
  ['to another request', (toWiki) => answered(WIKI, { ...toWiki, id: '_other' })],
])('an answer %s does not confirm anything, and gates nothing', async (_name, forge) => {
  const { browser, known } = await sessionWith(SP, WIKI);
  const toWiki = await received(await browser.open(logoutUrl(known.get(SP))));
  const answer = await received(await browser.open(forge(toWiki)));
  expect(answer.xml).toContain('PartialLogout');
});

test('an answer of another app, or a second one, is refused', async () => {
  const { browser, known } = await sessionWith(SP, WIKI);
  const toWiki = await received(await browser.open(logoutUrl(known.get(SP))));
  await received(await browser.open(answered(WIKI, toWiki)));
  expect(pageOf(await browser.open(answered(WIKI, toWiki))).text).toContain('has ended');
});

test('by POST in both directions, through an app with another address for answers', async () => {
  const { browser, known } = await sessionWith(MAIL, SP);
  const xml = signMessage(requestXml(known.get(MAIL), { issuer: MAIL, id: '_mail' }), SP_KEY);
  const body = new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64'), RelayState: 'x' });
  const toSp = await received(await browser.open(await postedByAnotherSite(body)));
  const page = pageOf(await browser.open(answered(SP, toSp)));
  expect(page.html).toContain(`action="${MAIL}/answers"`);
  expect(page.html).toContain('name="RelayState" value="x"');
  const posted = Buffer.from(/name="SAMLResponse" value="([^"]+)"/.exec(page.html)?.[1] ?? '', 'base64').toString();
  expect(posted).toContain('InResponseTo="_mail"');
  expect(posted).toContain('<ds:SignatureValue>');
});

test('[IdP] an answer by POST counts, and the browser goes on by GET', async () => {
  const { browser, known } = await sessionWith(SP, MAIL);
  const page = pageOf(await browser.open(logoutUrl(known.get(SP))));
  const asked = Buffer.from(/name="SAMLRequest" value="([^"]+)"/.exec(page.html)?.[1] ?? '', 'base64').toString();
  const state = /name="RelayState" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const sent = { id: `_a${++made}`, issuer: MAIL, destination: scene.addresses.slo, now: Date.now() };
  const xml = signMessage(logoutResponseXml(sent, /\bID="([^"]+)"/.exec(asked)?.[1] ?? ''), SP_KEY);
  const body = new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: state });
  const next = await postedByAnotherSite(body);
  expect(pageOf(await newBrowser(scene).open(await postedByAnotherSite(body))).text).toContain('has ended');
  const toSp = await received(await browser.open(next));
  expect(toSp.xml).toContain('status:Success');
  expect(toSp.xml).not.toContain('PartialLogout');
});

test('[IdP] an app that brings its request itself ends the session, and learns nothing of the other apps', async () => {
  const { browser, known } = await sessionWith(SP, WIKI);
  const toSp = await received(await newBrowser(scene).open(logoutUrl(known.get(SP))));
  expect(toSp).toMatchObject({ to: sloOf(SP), parameter: 'SAMLResponse' });
  expect(toSp.xml).toContain('PartialLogout');
  expect(await isSignedIn(browser)).toBe(false);
});

test('a sign-out by an app is audited for the account of the identity provider', async () => {
  const { browser, known } = await sessionWith(SP);
  // The refusals of earlier tests are folded, and may be written at any time.
  const before = scene.events.length;
  await received(await browser.open(logoutUrl(known.get(SP))));
  const made = scene.events.slice(before).filter(({ eventName }) => eventName === 'SamlSignOut');
  expect(made).toContainEqual(
    expect.objectContaining({ outcome: 'allowed', accountId: '123456789012', resources: ['grafana'] }),
  );
});

test('[IdP] so does one that posts it', async () => {
  const { browser, known } = await sessionWith(SP, WIKI);
  const xml = signMessage(requestXml(known.get(SP)), SP_KEY);
  const next = await postedByAnotherSite(new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') }));
  expect(await isSignedIn(browser)).toBe(false);
  expect((await received(await newBrowser(scene).open(next))).xml).toContain('PartialLogout');
  expect(pageOf(await browser.open(next)).text).toContain('has ended');
});

test('[IdP] an app cannot go on with the chain in place of the browser, and does not end it', async () => {
  const { browser, known } = await sessionWith(SP, WIKI, MAIL);
  const toWiki = await received(await browser.open(logoutUrl(known.get(SP))));
  const url = answered(WIKI, toWiki);
  const [without, other] = [newBrowser(scene), await sessionWith(SP, WIKI)];
  await received(await other.browser.open(logoutUrl(other.known.get(SP))));
  for (const stranger of [without, other.browser]) {
    const page = pageOf(await stranger.open(url));
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('has ended')]);
    expect(page.html).not.toContain(MAIL);
  }
  expect(pageOf(await browser.open(url)).html).toContain(`action="${sloOf(MAIL)}"`);
});

test('[IdP] the cookie of a chain is only for its pages', async () => {
  const { browser, known } = await sessionWith(SP, MAIL);
  const page = pageOf(await browser.open(logoutUrl(known.get(SP))));
  const [cookie] = page.headers.getSetCookie().filter((line) => line.startsWith('rolecall-saml-sign-out='));
  expect(cookie).toMatch(/^[^;]+=[\w-]{43}; path=\/saml\/idp; expires=[^;]+; samesite=lax; httponly$/i);
});

const refusals: readonly (readonly [string, Logout, string])[] = [
  ['that is not signed', { key: undefined }, 'not signed'],
  ['signed by another key', { key: OTHER_KEY }, 'no signing certificate'],
  ['for another endpoint', { destination: 'https://other.example/slo' }, 'Destination'],
  ['that is old', { now: Date.now() - 3_600_000 }, 'expired'],
  ['of an app without certificates', { issuer: BARE }, 'no certificates'],
];
test.each(refusals)('[IdP] a LogoutRequest %s ends nothing', async (_name, change, message) => {
  const { browser, known } = await sessionWith(SP);
  const page = pageOf(await browser.open(logoutUrl(known.get(SP), change)));
  expect([page.status, page.heading]).toEqual([400, 'Sign-out did not work']);
  expect(page.text).toContain(message);
  expect(await isSignedIn(browser)).toBe(true);
});

test('[IdP] by POST: an unsigned LogoutRequest is refused, whatever is in fields beside it', async () => {
  const { browser, known } = await sessionWith(SP);
  const body = new URLSearchParams({
    SAMLRequest: Buffer.from(requestXml(known.get(SP))).toString('base64'),
    SigAlg: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    Signature: 'AAAA',
  });
  const answer = await fetch(scene.addresses.slo, { method: 'POST', body });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('the message is not signed')]);
  expect(await isSignedIn(browser)).toBe(true);
});

test('[IdP] a LogoutRequest works once', async () => {
  const { browser, known } = await sessionWith(SP);
  const url = logoutUrl(known.get(SP));
  await received(await browser.open(url));
  const page = pageOf(await browser.open(url));
  expect(page.text).toContain('has been used already');
});

test('an app cannot sign out a session of another app, or of another index', async () => {
  const { browser, known } = await sessionWith(SP, WIKI);
  const other = await received(await browser.open(logoutUrl(known.get(SP), { issuer: WIKI })));
  expect(other.parameter).toBe('SAMLResponse');
  const { nameId } = known.get(SP) ?? {};
  if (nameId === undefined) throw new Error('no NameID');
  await received(await browser.open(logoutUrl({ nameId, sessionIndex: '_other' })));
  expect(await isSignedIn(browser)).toBe(true);
});

test('without a SessionIndex, all sessions of the person with this app end', async () => {
  const [one, other] = [await sessionWith(SP), await sessionWith(SP)];
  const { nameId } = one.known.get(SP) ?? {};
  if (nameId === undefined) throw new Error('no NameID');
  await received(await one.browser.open(logoutUrl({ nameId, sessionIndex: undefined })));
  expect([await isSignedIn(one.browser), await isSignedIn(other.browser)]).toEqual([false, false]);
});

test('two tabs with transient names: either one signs the session out', async () => {
  const [{ browser, known }, transient] = [await sessionWith(SP), 'https://transient.example'];
  expect(known.size).toBe(1);
  await scene.addApplication(
    { applicationId: 'transient', entityId: transient },
    {
      certificates: [SP_KEY.certificate],
      logout: { url: sloOf(transient), binding: 'HTTP-Redirect' },
      nameId: { format: 'transient' },
    },
  );
  const parts = { issuer: transient };
  const first = await assertionOf(scene, await begin(scene, browser, { parts }));
  const second = await assertionOf(scene, await begin(scene, browser, { parts }));
  expect(first.nameId?.value).not.toBe(second.nameId?.value);
  if (first.nameId === undefined) throw new Error('no NameID');
  const named = { nameId: first.nameId, sessionIndex: first.authentications[0]?.sessionIndex };
  await received(await browser.open(logoutUrl(named, parts)));
  expect(await isSignedIn(browser)).toBe(false);
});

test('[S36] a person who has been disabled is signed out at the other apps as well', async () => {
  const bob = await scene.addUser('bob');
  const browser = newBrowser(scene);
  const first = await assertionOf(scene, await signIn(await begin(scene, browser), 'bob'));
  await begin(scene, browser, { parts: { issuer: WIKI } });
  await scene.identities.users.update([bob.accountId, bob.userId], (old) => ({
    ...old,
    disabled: { administrator: { reason: 'left', at: Date.now() } },
  }));
  expect((await begin(scene, browser)).labels.join()).toContain('Password');
  const { nameId, authentications } = first;
  if (nameId === undefined) throw new Error('no NameID');
  const url = logoutUrl({ nameId, sessionIndex: authentications[0]?.sessionIndex });
  expect((await received(await browser.open(url))).to).toBe(sloOf(WIKI));
});

test('a sign-out here, by whichever way, also ends the session at SAML apps', async () => {
  const { browser } = await sessionWith(SP, BARE);
  const confirm = pageOf(await browser.open(`${scene.url}/oidc/session/end`));
  const toSp = await received(await confirm.submit('sign out'));
  expect(toSp).toMatchObject({ to: sloOf(SP), parameter: 'SAMLRequest' });
  expect(await isSignedIn(browser)).toBe(false);
  const end = pageOf(await browser.open(answered(SP, toSp)));
  expect(end.heading).toBe('You are signed out');
  expect(end.text).toMatch(/may still be signed in to these apps.*Bare/);
});

test('a sign-out that an app has asked for: the person is told where it did not work before they go on', async () => {
  const { browser } = await sessionWith(BARE);
  const end = new URL(`${scene.url}/oidc/session/end`);
  end.searchParams.set('client_id', 'app');
  end.searchParams.set('post_logout_redirect_uri', 'https://app.example/bye');
  const page = pageOf(await pageOf(await browser.open(end.href)).submit('sign out'));
  expect([page.heading, page.text]).toEqual(['You are signed out', expect.stringContaining('Bare')]);
  const next = await page.follow('continue');
  expect(next).toMatchObject({ kind: 'left', url: expect.objectContaining({ href: 'https://app.example/bye' }) });
});

test('the account page shows the apps of its sessions, each with its browsers', async () => {
  const { browser } = await sessionWith(WIKI, BARE);
  const account = pageOf(await browser.open(`${scene.url}/sign-in`));
  expect(account.text).toContain(
    'Bare Signed you in (Unknown browser). Sign out in that browser to end it. Wiki Signed',
  );
  expect(pageOf(await newBrowser(scene).open(`${scene.url}/sign-in`)).text).not.toContain('Wiki');
});

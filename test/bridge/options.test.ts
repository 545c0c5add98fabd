import { sign } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ecKey, type SigningKey } from '../../harness/saml-metadata.ts';
import {
  authnRequest,
  type BridgeScene,
  begin,
  newBrowser,
  OTHER_KEY,
  openBridgeScene,
  pageOf,
  postedBy,
  SP,
  SP_KEY,
  sentTo,
  signIn,
  statusOf,
} from './bridge-scene.ts';

/** Settings of single applications: keys on elliptic curves, and whether people may start here. */

const EC_KEY = ecKey();
const EC_APP = 'https://ec.example';
const START = 'https://portal.example/start';
let scene: BridgeScene;
let browser: ReturnType<typeof newBrowser>;
beforeAll(async () => {
  scene = await openBridgeScene();
  await scene.addUser('alice');
  await scene.addApplication();
  await scene.addApplication(
    { applicationId: 'ec', entityId: EC_APP },
    { certificates: [SP_KEY.certificate, EC_KEY.certificate], wantSignedRequests: true },
  );
  const portal = { startUrl: START, entityId: 'https://portal.example' };
  await scene.addApplication({ ...portal, applicationId: 'portal' });
  await scene.addApplication(
    { ...portal, applicationId: 'both', entityId: 'https://both.example' },
    { idpInitiated: true },
  );
  await scene.addApplication({ applicationId: 'asks', entityId: 'https://asks.example' }, { idpInitiated: false });
  const own = startAt('loop');
  await scene.addApplication({
    applicationId: 'loop',
    entityId: 'https://loop.example',
    startUrl: `${own}?RelayState=x`,
  });
  browser = newBrowser(scene);
  await signIn(await begin(scene, browser));
});
afterAll(() => scene.close());

const startAt = (id: string, query = '') => `${scene.url}/saml/idp/123456789012/start/${id}${query}`;

/** A request by redirect, signed by ECDSA as RFC 9231 §2.3.6 has it: r and s side by side. */
function signedByEc({ privateKey }: SigningKey, algorithm = 'ecdsa-sha256'): string {
  const url = sentTo(scene.addresses.sso, authnRequest(scene, { issuer: EC_APP }));
  const uri = `http://www.w3.org/2001/04/xmldsig-more#${algorithm}`;
  const text = `${new URL(url).search.slice(1)}&SigAlg=${encodeURIComponent(uri)}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${scene.addresses.sso}?${text}&Signature=${encodeURIComponent(signature.toString('base64'))}`;
}

test('[RFC 9231 §2.3.6] a request that an EC key has signed', async () => {
  expect(statusOf(pageOf(await browser.open(signedByEc(EC_KEY))))).toBe('Success');
});

test.each([
  ['by another EC key', () => signedByEc(ecKey()), 'no signing certificate'],
  ['and calls it RSA', () => signedByEc(EC_KEY, 'rsa-sha256'), 'no signing certificate'],
  ['with SHA-1', () => signedByEc(EC_KEY, 'ecdsa-sha1'), 'ecdsa-sha1 is not accepted'],
  [
    'by an RSA key that is not registered',
    () => sentTo(scene.addresses.sso, authnRequest(scene, { issuer: EC_APP }), { key: OTHER_KEY }),
    'no signing certificate',
  ],
])('[IdP] a request signed %s is refused', async (_name, url, message) => {
  const page = pageOf(await browser.open(url()));
  expect([page.status, page.text]).toEqual([400, expect.stringContaining(message)]);
});

test('[attack] CSRF on tiles: an app with an address of its own is opened there, and gets no assertion that it did not request', async () => {
  const before = scene.counted.length;
  const seen = await browser.open(startAt('portal', '?RelayState=https://evil.example'));
  if (seen.kind !== 'left') throw new Error(seen.text);
  expect(seen.url.href).toBe(START);
  expect(scene.counted).toHaveLength(before);
});

test('IdP-initiated: it is the default without one, and can be allowed', async () => {
  for (const id of ['grafana', 'both', 'loop']) {
    expect(statusOf(pageOf(await browser.open(startAt(id))))).toBe('Success');
  }
});

test('[attack] IdP-initiated, where it is not allowed: a page that says so, and nothing is posted', async () => {
  const page = pageOf(await browser.open(startAt('asks')));
  expect([page.status, page.text]).toEqual([400, expect.stringContaining('only accepts sign-ins that it began')]);
  expect(page.html).not.toMatch(/<form[^>]* action="(?!\/language")/);
  expect(scene.counted.at(-1)).toBe('idp-initiated');
  // What it asks for, it gets.
  const asked = await begin(scene, browser, { parts: { issuer: 'https://asks.example' } });
  expect(postedBy(asked).xml).toContain('InResponseTo=');
});

test('[attack] RelayState is carried as it is, to the registered address alone: markup, a script address, line breaks', async () => {
  for (const relayState of ['javascript:alert(1)', '"><script>alert(1)</script>', 'https://evil.example/\r\nX: y']) {
    const page = await begin(scene, browser, { relayState });
    const posted = postedBy(page);
    expect([posted.action, posted.relayState]).toEqual(['https://app.example.com/acs', relayState]);
    expect(page.html).not.toContain('<script>alert');
  }
});

test('[attack] NameID guessing: nothing of a name can be computed from what the app and others know', async () => {
  const nameOf = async (issuer: string) =>
    /<saml:NameID[^>]*>([^<]+)</.exec(postedBy(await begin(scene, browser, { parts: { issuer } })).xml)?.[1] ?? '';
  const [one, again, other] = [await nameOf(SP), await nameOf(SP), await nameOf('https://asks.example')];
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect([again, other === one]).toEqual([one, false]);
  // Asking as another app is asking for it: the answer goes to that one's address, with that one as audience.
  const posed = postedBy(await begin(scene, browser, { parts: { issuer: 'https://asks.example' } }));
  expect(posed.xml).toContain('<saml:Audience>https://asks.example</saml:Audience>');
  expect(posed.xml).toContain('SPNameQualifier="https://asks.example"');
});

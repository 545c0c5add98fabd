import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signMessage } from '../../src/federation/saml/sign-message.ts';
import { MAX_STARTS } from '../../src/sign-in/start-limit.ts';
import {
  authnRequest,
  type BridgeScene,
  begin,
  newBrowser,
  OTHER_KEY,
  openBridgeScene,
  pageOf,
  type RequestParts,
  SP_KEY,
  sentTo,
  signIn,
  statusOf,
} from './bridge-scene.ts';

/** Requests that an attacker, or a broken service provider, sends. None of them gets an answer at an address of its choice. */

const STRICT = 'https://strict.example';
let scene: BridgeScene;
let browser: ReturnType<typeof newBrowser>;
beforeAll(async () => {
  scene = await openBridgeScene();
  await scene.addUser('alice');
  await scene.addApplication({}, { certificates: [SP_KEY.certificate] });
  await scene.addApplication(
    { applicationId: 'strict', entityId: STRICT },
    { certificates: [SP_KEY.certificate], wantSignedRequests: true },
  );
  browser = newBrowser(scene);
  await signIn(await begin(scene, browser));
});
afterAll(() => scene.close());

/** Refused on a page of our own, from which nothing is posted. */
async function refusedAt(url: string): Promise<{ check: unknown; text: string }> {
  const page = pageOf(await browser.open(url));
  expect(page.status).toBe(400);
  expect(page.html).not.toMatch(/<form[^>]* action="(?!\/language")/);
  const check = /Error: ([\w-]+)/.exec(page.text)?.[1];
  // Refusals of strangers are folded within a second: the count is exact, and not delayed.
  expect(scene.counted.at(-1)).toBe(check);
  return { check, text: page.text };
}

const request = (parts: RequestParts = {}) => authnRequest(scene, parts);
const sso = (xml: string, how: Parameters<typeof sentTo>[2] = {}) => sentTo(scene.addresses.sso, xml, how);

test.each<[string, () => string, string, RegExp]>([
  ['from an unknown app', () => sso(request({ issuer: 'https://unknown.example' })), 'application', /entity id/],
  [
    'to an address that is not registered',
    () => sso(request({ attributes: 'AssertionConsumerServiceURL="https://evil.example/acs"' })),
    'recipient',
    /not registered/,
  ],
  [
    'with an index out of range',
    () => sso(request({ attributes: 'AssertionConsumerServiceIndex="99"' })),
    'recipient',
    /index 99/,
  ],
  [
    'for another endpoint',
    () => sso(request({ destination: 'https://other.example/sso' })),
    'recipient',
    /Destination/,
  ],
  [
    'for a longer address',
    () => sso(request({ destination: `${scene.addresses.sso}/more` })),
    'recipient',
    /Destination/,
  ],
  [
    'signed without Destination',
    () => sso(request({ destination: undefined }), { key: SP_KEY }),
    'recipient',
    /signed/,
  ],
  ['that is old', () => sso(request({ issuedAt: Date.now() - 3_600_000 })), 'expired', /expired/],
  ['from the future', () => sso(request({ issuedAt: Date.now() + 3_600_000 })), 'early', /clocks/],
  ['not signed, where it must be', () => sso(request({ issuer: STRICT })), 'signature', /not signed/],
  ['signed by another key', () => sso(request(), { key: OTHER_KEY }), 'signature', /certificate/],
  [
    'signed, then changed',
    () =>
      sso(request({ issuer: STRICT }), { key: SP_KEY }).replace(/SAMLRequest=[^&]+/, () => {
        const [, changed = ''] = /(SAMLRequest=[^&]+)/.exec(sso(request({ issuer: STRICT, id: '_evil' }))) ?? [];
        return changed;
      }),
    'signature',
    /certificate/,
  ],
  [
    'whose signature lacks its algorithm',
    () => sso(request(), { key: SP_KEY }).replace(/&SigAlg=[^&]+/, ''),
    'signature',
    /SigAlg is missing/,
  ],
  [
    'signed with SHA-1',
    () =>
      sso(request(), { key: SP_KEY }).replace(
        /SigAlg=[^&]+/,
        `SigAlg=${encodeURIComponent('http://www.w3.org/2000/09/xmldsig#rsa-sha1')}`,
      ),
    'signature',
    /rsa-sha1 is not accepted/,
  ],
  ['twice', () => `${sso(request())}&SAMLRequest=x`, 'encoding', /repeated/],
  ['with RelayState twice', () => `${sso(request(), { relayState: 'a' })}&RelayState=b`, 'encoding', /repeated/],
  ['with a large RelayState', () => sso(request(), { relayState: 'r'.repeat(9000) }), 'relay-state', /8192 bytes/],
  ['that is no message', () => `${scene.addresses.sso}?SAMLRequest=AAAA`, 'encoding', /deflated/],
  ['that is absent', () => scene.addresses.sso, 'encoding', /one SAMLRequest/],
  [
    'that is a deflate bomb (CVE-2026-2575)',
    () =>
      `${scene.addresses.sso}?SAMLRequest=${encodeURIComponent(
        deflateRawSync(Buffer.alloc(8 * 1024 * 1024, 0x20))
          .toString('base64')
          .slice(0, 12_000),
      )}`,
    'encoding',
    /65536 bytes/,
  ],
  [
    'with an external entity',
    () => sso(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${request()}`),
    'xml',
    /document type/,
  ],
  ['with a processing instruction', () => sso(request({ content: '<?evil?>' })), 'xml', /processing instruction/],
  ['with a comment', () => sso(request({ issuer: 'https://app.example.com/saml<!---->.evil' })), 'xml', /comment/],
])('[IdP] a request %s is refused on a page', async (_name, url, check, text) => {
  const refused = await refusedAt(url());
  expect(refused).toMatchObject({ check });
  expect(refused.text).toMatch(text);
});

/** Posts a request as another site does. */
async function post(fields: Record<string, string> | string[][]): Promise<{ status: number; text: string }> {
  const body = new URLSearchParams(fields as Record<string, string>);
  const answer = await fetch(scene.addresses.sso, { method: 'POST', body, redirect: 'manual' });
  return { status: answer.status, text: await answer.text() };
}
const base64 = (xml: string) => Buffer.from(xml).toString('base64');

test('[IdP] by POST: the signature is looked for in the message, not in fields beside it', async () => {
  const { searchParams } = new URL(sso(request({ issuer: STRICT }), { key: SP_KEY }));
  const [SigAlg = '', Signature = ''] = [searchParams.get('SigAlg') ?? '', searchParams.get('Signature') ?? ''];
  const unsigned = await post({ SAMLRequest: base64(request({ issuer: STRICT })), SigAlg, Signature });
  expect([unsigned.status, unsigned.text]).toEqual([400, expect.stringContaining('the message is not signed')]);
  const signed = await post({ SAMLRequest: base64(signMessage(request({ issuer: STRICT }), SP_KEY)) });
  expect(signed.status).toBe(303);
});

test('[IdP] by POST: what is deflated is not inflated, a repeated field and 100 kB of RelayState are refused', async () => {
  const deflated = deflateRawSync(Buffer.from(request())).toString('base64');
  expect((await post({ SAMLRequest: deflated })).status).toBe(400);
  const SAMLRequest = base64(request());
  const twice = [
    ['SAMLRequest', SAMLRequest],
    ['RelayState', 'a'],
    ['RelayState', 'b'],
  ];
  expect(await post(twice)).toMatchObject({ status: 400, text: expect.stringContaining('repeated') });
  const large = await post({ SAMLRequest, RelayState: 'r'.repeat(100_000) });
  expect(large).toMatchObject({ status: 400, text: expect.stringContaining('8192 bytes') });
  expect((await post({ SAMLRequest, RelayState: 'r'.repeat(200_000) })).status).toBe(413);
});

test('[IdP] by POST: a signature by another key, or over something else, is refused', async () => {
  const forged = await post({ SAMLRequest: base64(signMessage(request(), OTHER_KEY)) });
  expect(forged.text).toContain('no signing certificate');
  const changed = signMessage(request({ id: '_signed' }), SP_KEY).replace(
    'Version="2.0"',
    'Version="2.0" ForceAuthn="1"',
  );
  expect((await post({ SAMLRequest: base64(changed) })).text).toContain('has been changed');
});

const bomb = () =>
  deflateRawSync(Buffer.alloc(8 * 1024 * 1024, 0x20))
    .toString('base64')
    .slice(0, 12_000);
test.each<[string, () => string, string]>([
  ['that is a deflate bomb', () => `${scene.addresses.slo}?SAMLRequest=${encodeURIComponent(bomb())}`, 'encoding'],
  [
    'with an external entity',
    () => sentTo(scene.addresses.slo, `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${request()}`),
    'xml',
  ],
  [
    'from an unknown app',
    () => sentTo(scene.addresses.slo, request({ issuer: 'https://unknown.example' })),
    'application',
  ],
  ['that is an AuthnRequest', () => sentTo(scene.addresses.slo, request(), { key: SP_KEY }), 'xml'],
])('[IdP] a LogoutRequest %s is refused on a page', async (_name, url, check) => {
  const page = pageOf(await browser.open(url()));
  expect([page.status, page.heading]).toEqual([400, 'Sign-out did not work']);
  expect(page.html).not.toMatch(/<form[^>]* action="(?!\/language")/);
  expect(scene.counted.at(-1)).toBe(`logout ${check}`);
});

test('[attack] RelayState leads nowhere: it is only carried to the registered address', async () => {
  const page = pageOf(
    await browser.open(`${scene.url}/saml/idp/123456789012/start/grafana?RelayState=https://evil.example`),
  );
  expect(page.status).toBe(200);
  expect(page.html).not.toMatch(/(?:href|action)="https:\/\/evil/);
  const twice = await browser.open(`${scene.url}/saml/idp/123456789012/start/grafana?RelayState=a&RelayState=b`);
  expect(pageOf(twice).status).toBe(400);
});

test('[attack] what an app sends is shown as text', async () => {
  const page = pageOf(await browser.open(sso(request({ issuer: '&lt;script&gt;alert(1)&lt;/script&gt;' }))));
  expect(page.html).toContain('&lt;script&gt;');
  expect(page.html).not.toContain('<script>alert');
});

test('[S46] an app of one account is unknown to another, and an account that does not exist has no endpoints', async () => {
  const other = scene.addresses.sso.replace('123456789012', '210987654321');
  expect((await refusedAt(sentTo(other, request()))).check).toBe('application');
  const none = scene.addresses.sso.replace('123456789012', '000000000000');
  expect(pageOf(await browser.open(sentTo(none, request()))).status).toBe(404);
});

test('a disabled app is unknown', async () => {
  await scene.addApplication({ applicationId: 'old', entityId: 'https://old.example', disabledAt: Date.now() });
  expect((await refusedAt(sso(request({ issuer: 'https://old.example' })))).check).toBe('application');
});

test('[attack] a sign-on that was begun elsewhere cannot be guessed, and HEAD uses nothing up', async () => {
  const guessed = await refusedAt(`${scene.url}/saml/idp/123456789012/continue/${'A'.repeat(43)}`);
  expect(guessed.check).toBe('ended');
  const before = scene.counted.length;
  expect((await fetch(sso(request()), { method: 'HEAD' })).status).toBe(204);
  expect(scene.counted).toHaveLength(before);
});

test('a refusal tells the administrator which check failed, and who sent what', async () => {
  await refusedAt(sso(request({ issuer: 'https://audited.example' })));
  const find = () =>
    scene.events.find(
      ({ request: sent }) => sent?.['sender'] === 'https://audited.example' || sent?.['count'] !== undefined,
    );
  for (let look = 0; look < 100 && find() === undefined; look++) await new Promise((done) => setTimeout(done, 50));
  expect(find()).toMatchObject({ eventName: 'SamlSignOn', outcome: 'refused', errorCode: expect.any(String) });
});

test('after all of this, the app still works', async () => {
  expect(statusOf(await begin(scene, browser))).toBe('Success');
});

// The last one: the limit of this address is used up then.
test('nobody can fill the store: each address may start a limited number of sign-ons per minute', async () => {
  const statuses = new Set<number>();
  const url = `${scene.addresses.sso}?SAMLRequest=`;
  for (let sent = 0; sent < MAX_STARTS + 60; sent += 60) {
    const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(url, { redirect: 'manual' })));
    for (const answer of answers) statuses.add(answer.status);
  }
  expect(statuses).toEqual(new Set([400, 429]));
  const { status, headers } = await fetch(url, { method: 'POST', redirect: 'manual' });
  expect([status, headers.get('retry-after')]).toEqual([429, '60']);
  // Reading the metadata may create a key, and signs.
  expect((await fetch(scene.addresses.metadata)).status).toBe(429);
});

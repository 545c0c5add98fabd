import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signMessage } from '../../src/federation/saml/sign-message.ts';
import {
  ACS,
  assertionOf,
  authnRequest,
  type BridgeScene,
  begin,
  newBrowser,
  openBridgeScene,
  pageOf,
  passTime,
  postedBy,
  type RequestParts,
  SP,
  SP_KEY,
  sentTo,
  signIn,
  statusOf,
} from './bridge-scene.ts';

/** Sign-ons through the door, with a stand-in for the service provider. */

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const PASSWORD_CONTEXT = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
const MFA = 'https://refeds.org/profile/mfa';

let scene: BridgeScene;
let userId: string;
beforeAll(async () => {
  scene = await openBridgeScene();
  const tags = [{ key: 'team', value: 'blue & green' }];
  ({ userId } = await scene.addUser('alice', { email: 'alice@example.com', tags }));
  await scene.addUser('bob');
  await scene.addApplication(
    {},
    {
      certificates: [SP_KEY.certificate],
      attributes: [
        { name: 'email', nameFormat: 'basic', values: ['${user:email}'] },
        {
          name: 'login',
          friendlyName: 'uid',
          nameFormat: 'basic',
          values: ['${user:preferredUsername}@${account:id}'],
        },
        { name: 'team', nameFormat: 'basic', values: ['${user:tag/team}'] },
        { name: 'role', nameFormat: 'basic', values: ['Viewer', 'Editor'] },
        { name: 'absent', nameFormat: 'basic', values: ['${user:tag/none}'] },
      ],
    },
  );
  const assigned = { openTo: 'assigned' as const, assignments: { users: [userId], groups: [] } };
  await scene.addApplication({
    ...assigned,
    applicationId: 'wiki',
    displayName: 'Wiki',
    entityId: 'https://wiki.example',
  });
  await scene.addApplication(
    { applicationId: 'mail', displayName: 'Mail', entityId: 'https://mail.example' },
    { nameId: { format: 'emailAddress' }, encryptionCertificate: SP_KEY.certificate, sessionSeconds: 600 },
  );
});
afterAll(() => scene.close());

test('[attack] a NameID that the person can change is refused, even if it was saved before; a request may ask for another', async () => {
  const entityId = 'https://old.example';
  const nameId = { format: 'unspecified' as const, value: '${user:nickname}' };
  await scene.addApplication({ applicationId: 'old', displayName: 'Old', entityId }, { nameId });
  const refused = await begin(scene, newBrowser(scene), { parts: { issuer: entityId } });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('must not have ${user:nickname}, which people can change');
  const content = `<samlp:NameIDPolicy Format="${PERSISTENT}"/>`;
  const asked = await begin(scene, newBrowser(scene), { parts: { issuer: entityId, content } });
  expect(asked.heading).toBe('Sign in');
});

const BANK = 'https://bank.example';

/** Posts a request as a form of another site, without our cookies. Returns where the browser goes on. */
async function posted(sso: string, xml: string): Promise<string> {
  const body = new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') });
  const { headers } = await fetch(sso, { method: 'POST', body, redirect: 'manual' });
  return new URL(headers.get('location') ?? '', sso).href;
}

/** A browser in which somebody is signed in. */
async function signedIn(name = 'alice') {
  const browser = newBrowser(scene);
  await signIn(await begin(scene, browser), name);
  return browser;
}

test('a person signs in, and the app gets an assertion that answers its request', async () => {
  const page = await begin(scene, newBrowser(scene), {
    parts: { id: '_first' },
    relayState: 'https://evil.example/?a=b&c',
  });
  expect(page.text).toContain('Grafana');
  const answer = await signIn(page);
  const { action, relayState, xml } = postedBy(answer);
  expect([action, relayState]).toEqual([ACS, 'https://evil.example/?a=b&c']);
  const assertion = await assertionOf(scene, answer);
  expect(assertion).toMatchObject({ issuer: scene.addresses.metadata, audiences: [[SP]] });
  expect(assertion.confirmation).toMatchObject({ recipient: ACS, inResponseTo: '_first' });
  expect(assertion.nameId).toMatchObject({ format: PERSISTENT });
  expect(assertion.nameId?.value).not.toContain(userId);
  expect(Object.fromEntries(assertion.attributes)).toEqual({
    email: ['alice@example.com'],
    login: ['alice@123456789012'],
    team: ['blue & green'],
    role: ['Viewer', 'Editor'],
  });
  expect(assertion.authentications).toMatchObject([{ classRef: PASSWORD_CONTEXT }]);
  expect(xml).not.toContain('<?xml');
});

test('[S16] the page that posts the response is neither cached nor framed, needs no script, and is left by a button', async () => {
  const answer = await begin(scene, await signedIn());
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/frame-ancestors 'none'/);
  expect(policy).toMatch(/script-src 'sha256-[^ ]+'(;|$)/);
  expect(policy).not.toContain('form-action');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.buttons).toContain('Continue');
  expect(answer.heading).toBe('Continue to Grafana');
});

test('a second request of the same browser is answered without a sign-in, and one that is repeated as well', async () => {
  const browser = await signedIn();
  const parts = { id: '_repeated' };
  const [first, second] = [await begin(scene, browser, { parts }), await begin(scene, browser, { parts })];
  const [one, other] = [await assertionOf(scene, first), await assertionOf(scene, second)];
  expect(one.id).not.toBe(other.id);
  expect(one.nameId).toEqual(other.nameId);
});

test('[S34] a request by POST comes without cookies: the browser is sent back to them', async () => {
  const browser = await signedIn();
  const xml = signMessage(authnRequest(scene, { id: '_posted' }), SP_KEY);
  const body = new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64'), RelayState: 'r' });
  const answer = await fetch(scene.addresses.sso, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
  const page = pageOf(await browser.open(new URL(answer.headers.get('location') ?? '', scene.url).href));
  expect((await assertionOf(scene, page)).confirmation.inResponseTo).toBe('_posted');
  expect(postedBy(page).relayState).toBe('r');
});

test('[attack] a sign-on is answered once: its address gives nobody a second assertion', async () => {
  const browser = await signedIn();
  const body = new URLSearchParams({ SAMLRequest: Buffer.from(authnRequest(scene)).toString('base64') });
  const answer = await fetch(scene.addresses.sso, { method: 'POST', body, redirect: 'manual' });
  const next = new URL(answer.headers.get('location') ?? '', scene.url).href;
  expect(statusOf(pageOf(await browser.open(next)))).toBe('Success');
  const again = pageOf(await (await signedIn('bob')).open(next));
  expect([again.status, again.text]).toEqual([400, expect.stringContaining('this sign-in has ended')]);
});

test('[attack] an address that was taken off the list meanwhile gets nothing', async () => {
  const gone = 'https://gone.example/acs';
  const id = 'moved';
  const { accountId, settings } = await scene.addApplication(
    { applicationId: id, entityId: 'https://moved.example' },
    { acs: [{ url: gone, index: 0, isDefault: true }] },
  );
  const page = await begin(scene, newBrowser(scene), { parts: { issuer: 'https://moved.example' } });
  await scene.identities.applications.update([accountId, id], (old) => ({
    ...old,
    settings: { ...settings, acs: [{ url: ACS, index: 0, isDefault: true }] } as typeof settings,
  }));
  const answer = await signIn(page);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('not registered any more')]);
  expect(answer.html).not.toContain(gone);
});

test('IdP-initiated: the response names no request, and goes to the default address', async () => {
  const browser = await signedIn();
  const page = pageOf(await browser.open(`${scene.url}/saml/idp/123456789012/start/grafana?RelayState=%2Fd%2F1`));
  const assertion = await assertionOf(scene, page);
  expect(assertion.confirmation.inResponseTo).toBeUndefined();
  expect(postedBy(page)).toMatchObject({ action: ACS, relayState: '/d/1' });
  expect(postedBy(page).xml).not.toContain('InResponseTo');
});

test('[attack] IdP-initiated: an app that wants signed requests gets no RelayState of a link', async () => {
  await scene.addApplication(
    { applicationId: 'signed', entityId: 'https://signed.example' },
    { wantSignedRequests: true, certificates: [SP_KEY.certificate] },
  );
  const browser = await signedIn();
  const page = pageOf(await browser.open(`${scene.url}/saml/idp/123456789012/start/signed?RelayState=%2Fd%2F1`));
  expect(statusOf(page)).toBe('Success');
  expect(postedBy(page).relayState).toBeUndefined();
});

test('IdP-initiated without a session: sign-in first', async () => {
  const page = pageOf(await newBrowser(scene).open(`${scene.url}/saml/idp/123456789012/start/grafana`));
  expect((await assertionOf(scene, await signIn(page))).audiences).toEqual([[SP]]);
});

test.each(['true', '1'])(
  '[IdP] IsPassive="%s" without a session: a signed response with NoPassive, and no page',
  async (value) => {
    const page = await begin(scene, newBrowser(scene), { parts: { attributes: `IsPassive="${value}"` } });
    expect(statusOf(page)).toBe('Responder NoPassive');
    expect(postedBy(page).xml).toContain('<ds:SignatureValue>');
  },
);

test.each(['true', '1'])('[IdP] ForceAuthn="%s" with a session: a fresh AuthnInstant', async (value) => {
  const browser = await signedIn();
  passTime(5000);
  const began = Date.now();
  const page = await begin(scene, browser, { parts: { attributes: `ForceAuthn="${value}"` } });
  expect(page.labels.join()).toMatch(/password/i);
  const [{ at = 0 } = {}] = (await assertionOf(scene, await signIn(page))).authentications;
  expect(at).toBeGreaterThanOrEqual(Math.floor(began / 1000) * 1000);
});

test.each(['redirect', 'post'])(
  '[IdP] [attack] ForceAuthn by %s right after a sign-in, in the same second, asks again, once',
  async (binding) => {
    const browser = await signedIn();
    // Sign-ins have whole seconds: as if this one came later than the request.
    passTime(-2000);
    const xml = authnRequest(scene, { attributes: 'ForceAuthn="1"' });
    const { sso } = scene.addresses;
    const page = pageOf(await browser.open(binding === 'redirect' ? sentTo(sso, xml) : await posted(sso, xml)));
    expect(page.labels.join()).toMatch(/password/i);
    expect(statusOf(await signIn(page))).toBe('Success');
    passTime(2000);
  },
);

test('[S35] an application with maxSignInAge gets no assertion for an older sign-in', async () => {
  await scene.addApplication({ applicationId: 'bank', entityId: BANK }, { maxSignInAge: 600 });
  const browser = await signedIn();
  const parts = { issuer: BANK };
  expect(statusOf(await begin(scene, browser, { parts }))).toBe('Success');
  passTime(601_000);
  expect(statusOf(await begin(scene, browser, { parts: { ...parts, attributes: 'IsPassive="1"' } }))).toBe(
    'Responder NoPassive',
  );
  const page = await begin(scene, browser, { parts });
  expect(page.labels.join()).toMatch(/password/i);
  passTime(-601_000);
  expect(statusOf(await signIn(page))).toBe('Success');
});

test('[IdP] ForceAuthn and IsPassive together cannot be met', async () => {
  const browser = await signedIn();
  passTime(5000);
  const page = await begin(scene, browser, { parts: { attributes: 'ForceAuthn="1" IsPassive="1"' } });
  expect(statusOf(page)).toBe('Responder NoPassive');
});

test('[IdP] a Subject other than who is signed in is an error; the same one is answered', async () => {
  const browser = await signedIn();
  const { nameId } = await assertionOf(scene, await begin(scene, browser));
  const subject = (value: string) =>
    `<saml:Subject><saml:NameID Format="${PERSISTENT}">${value}</saml:NameID></saml:Subject>`;
  const same = await begin(scene, browser, { parts: { content: subject(nameId?.value ?? '') } });
  expect((await assertionOf(scene, same)).nameId).toEqual(nameId);
  const other = await begin(scene, browser, { parts: { content: subject('somebody-else') } });
  expect(statusOf(other)).toBe('Responder UnknownPrincipal');
});

test.each([
  [PERSISTENT, 'Success'],
  ['urn:oasis:names:tc:SAML:2.0:nameid-format:transient', 'Success'],
  ['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified', 'Success'],
  [EMAIL, 'Requester InvalidNameIDPolicy'],
  ['urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos', 'Requester InvalidNameIDPolicy'],
])('[SAML V2.0 Core §3.4.1.1] NameIDPolicy with the format %s: %s', async (format, status) => {
  const browser = await signedIn();
  const content = `<samlp:NameIDPolicy Format="${format}" AllowCreate="false"/>`;
  expect(statusOf(await begin(scene, browser, { parts: { content } }))).toBe(status);
});

test('a transient NameID is another one each time', async () => {
  const browser = await signedIn();
  const content = '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/>';
  const ask = async () => (await assertionOf(scene, await begin(scene, browser, { parts: { content } }))).nameId?.value;
  expect(await ask()).not.toBe(await ask());
});

test('an e-mail address as NameID, encrypted; nobody without one gets in', async () => {
  const parts = { issuer: 'https://mail.example' };
  const answer = await signIn(await begin(scene, newBrowser(scene), { parts }));
  expect(postedBy(answer).xml).toContain('EncryptedAssertion');
  expect(postedBy(answer).xml).not.toContain('alice@example.com');
  const { nameId, sessionNotOnOrAfter = 0, issuedAt } = await assertionOf(scene, answer);
  expect(nameId).toMatchObject({ format: EMAIL, value: 'alice@example.com' });
  expect(sessionNotOnOrAfter - issuedAt).toBe(600_000);
  const refused = await begin(scene, await signedIn('bob'), { parts });
  expect(statusOf(refused)).toBe('Requester InvalidNameIDPolicy');
});

test.each([
  [true, 'Success', ['carol@example.com']],
  [undefined, 'Requester InvalidNameIDPolicy', undefined],
])(
  '[attack] an address of a connector is only asserted if it is verified (%s)',
  async (isEmailVerified, status, mail) => {
    const name = `carol-${isEmailVerified}`;
    const link = { id: name, connector: 'corp', subject: name, groupIds: [], createdAt: 0, email: 'carol@example.com' };
    await scene.addUser(name, { links: [{ ...link, ...(isEmailVerified && { isEmailVerified }) }] });
    const browser = await signedIn(name);
    expect(statusOf(await begin(scene, browser, { parts: { issuer: 'https://mail.example' } }))).toContain(status);
    expect((await assertionOf(scene, await begin(scene, browser))).attributes.get('email')).toEqual(mail);
  },
);

test('[attack] pairwise NameIDs of two apps are not equal', async () => {
  const browser = await signedIn();
  const [one, other] = [
    await begin(scene, browser),
    await begin(scene, browser, { parts: { issuer: 'https://wiki.example' } }),
  ];
  const values = [await assertionOf(scene, one), await assertionOf(scene, other)].map(({ nameId }) => nameId?.value);
  expect(new Set(values).size).toBe(2);
});

test('an app that is not assigned: a page for the person, and RequestDenied for the app by its button', async () => {
  const page = await begin(scene, await signedIn('bob'), { parts: { issuer: 'https://wiki.example' } });
  expect([page.status, page.heading]).toEqual([403, 'You do not have access to Wiki']);
  expect(page.buttons).toEqual(['Return to Wiki']);
  expect(page.html).not.toContain('<script');
  expect(statusOf(page)).toBe('Responder RequestDenied');
  const denied = scene.events.findLast(({ errorCode }) => errorCode === 'RequestDenied');
  expect(denied).toMatchObject({
    eventName: 'SamlSignOn',
    outcome: 'refused',
    errorCode: 'RequestDenied',
    resources: ['wiki'],
  });
  const switched = await signIn(pageOf(await page.follow('someone else')));
  // oidc-provider ends the session of the other person first, by a form that submits itself.
  const answer = pageOf(await switched.submit('continue'));
  expect((await assertionOf(scene, answer)).audiences).toEqual([['https://wiki.example']]);
});

const context = (refs: readonly string[], comparison = 'exact') =>
  `<samlp:RequestedAuthnContext Comparison="${comparison}">${refs.map((ref) => `<saml:AuthnContextClassRef>${ref}</saml:AuthnContextClassRef>`).join('')}</samlp:RequestedAuthnContext>`;

test('[SAML V2.0 Core §3.3.2.2.1] a context that a password meets is stated as it was asked for', async () => {
  const asked = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password';
  const page = await begin(scene, await signedIn(), { parts: { content: context(['urn:unknown', asked]) } });
  expect((await assertionOf(scene, page)).authentications).toMatchObject([{ classRef: asked }]);
});

test('[SAML V2.0 Core §3.3.2.2.1] a context that nothing meets is refused without a sign-in', async () => {
  const page = await begin(scene, newBrowser(scene), { parts: { content: context(['urn:unknown']) } });
  expect(statusOf(page)).toBe('Responder NoAuthnContext');
});

test('a second factor is asked for by a new sign-in, and refused if that has none', async () => {
  const browser = await signedIn();
  passTime(5000);
  const page = await begin(scene, browser, { parts: { content: context([MFA]) } });
  expect(page.labels.join()).toMatch(/password/i);
  expect(statusOf(await signIn(page))).toBe('Responder NoAuthnContext');
});

test('a binding other than POST is refused', async () => {
  const attributes = 'ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"';
  const page = await begin(scene, await signedIn(), { parts: { attributes } });
  expect(statusOf(page)).toBe('Requester UnsupportedBinding');
});

test('each assertion is audited and counted, without its content', async () => {
  await begin(scene, await signedIn(), { parts: { id: '_audited' } });
  const event = scene.events.findLast(({ request }) => request?.['requestId'] === '_audited');
  expect(event).toMatchObject({
    eventName: 'SamlSignOn',
    outcome: 'allowed',
    accountId: '123456789012',
    actor: { principalId: userId },
    resources: ['grafana'],
    request: { entityId: SP, acs: ACS, requestId: '_audited', nameIdFormat: PERSISTENT },
  });
  expect(JSON.stringify(event)).not.toMatch(/alice@example|blue/);
  expect(scene.counted).toContain('issued');
});

test.each<[string, RequestParts, string]>([
  ['of no app', { issuer: 'https://nobody.example' }, 'application'],
  ['without a person', { attributes: 'IsPassive="1"' }, 'NoPassive'],
])('a refusal %s belongs to the account of the identity provider', async (_name, parts, errorCode) => {
  const before = scene.events.length;
  await begin(scene, newBrowser(scene), { parts });
  const find = () => scene.events.slice(before).find((event) => event.errorCode === errorCode);
  for (let waited = 0; find() === undefined && waited < 50; waited++) await setTimeout(100);
  expect(find()).toMatchObject({ eventName: 'SamlSignOn', accountId: '123456789012', actor: { type: 'Anonymous' } });
});

test('the request may be signed, with its Destination', async () => {
  const url = sentTo(scene.addresses.sso, authnRequest(scene, { id: '_signed' }), { key: SP_KEY });
  const page = pageOf(await (await signedIn()).open(url));
  expect((await assertionOf(scene, page)).confirmation.inResponseTo).toBe('_signed');
});

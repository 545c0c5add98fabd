import { beforeAll, describe, expect, test } from '@jest/globals';
import { ecKey, metadataOf, rsaKey } from '../../../../harness/saml-metadata.ts';
import { type AssertionParts, base64, signed } from '../../../../harness/saml-responses.ts';
import { readProvider } from '../../../../src/federation/connectors/saml/identity-provider.ts';
import { fetchedProvider } from '../../../../src/federation/connectors/saml/provider-source.ts';
import type { SamlSettings } from '../../../../src/identity/documents/connectors/saml-settings.ts';
import {
  ADDRESSES,
  answerTo,
  assertionFor,
  type Begun,
  checkOf,
  KEY,
  NOW,
  type Opened,
  responseFor,
  type SamlScene,
  SETTINGS,
  samlScene,
} from './scene.ts';

/** Responses that must sign nobody in. The wrapping of signatures is tried in `test/federation/saml`, on the same verifier. */

const MINUTE = 60_000;
const SHA1 = {
  algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
};

let scene: SamlScene;
let connector: Opened;
beforeAll(async () => {
  scene = await samlScene();
  connector = scene.connector();
});

test('S39: a response works once, and the same assertion in another response does not', async () => {
  const begun = await connector.begin();
  const assertion = signed(responseFor(begun.id, assertionFor(begun.id)), 'Assertion', KEY);
  expect(await checkOf(connector.finish(begun, base64(assertion)))).toBe('none');
  expect(await checkOf(connector.finish(begun, base64(assertion)))).toBe('replay');
  expect(await checkOf(connector.finish(begun, base64(assertion.replace('"_response"', '"_another"'))))).toBe('replay');
});

describe('S39: audience, recipient, InResponseTo, times', () => {
  test.each<[string, string, Partial<AssertionParts>]>([
    ['for another service provider', 'audience', { audience: 'https://other.example' }],
    ['for our entity id with a slash at its end', 'audience', { audience: `${ADDRESSES.entityId}/` }],
    ['delivered for another address', 'recipient', { recipient: 'https://other.example/saml/corp/acs' }],
    ['delivered for another connector', 'recipient', { recipient: ADDRESSES.acs.replace('corp', 'rival') }],
    ['delivered for a longer address', 'recipient', { recipient: `${ADDRESSES.acs}/more` }],
    ['the answer to another request', 'in-response-to', { inResponseTo: '_another' }],
    ['the answer to no request', 'in-response-to', { inResponseTo: undefined }],
    ['issued by another provider', 'issuer', { issuer: 'https://other-idp.example' }],
    ['not valid yet', 'expiry', { notBefore: NOW + 2 * MINUTE }],
    ['issued in the future', 'expiry', { issuedAt: NOW + 2 * MINUTE }],
    ['over', 'expiry', { notOnOrAfter: NOW - 2 * MINUTE }],
    ['not valid for a minute and a second', 'expiry', { notBefore: NOW + 61_000 }],
    ['issued a minute and a second ahead', 'expiry', { issuedAt: NOW + 61_000 }],
    ['over at this very moment', 'expiry', { notOnOrAfter: NOW - MINUTE }],
    ['delivered too late', 'expiry', { confirmedUntil: NOW - 2 * MINUTE }],
    ['of a session that is over there', 'expiry', { sessionNotOnOrAfter: NOW - 2 * MINUTE }],
  ])('%s', async (_, check, parts) => {
    const begun = await connector.begin();
    expect(await checkOf(connector.finish(begun, answerTo(begun, parts)))).toBe(check);
  });

  test.each([
    ['behind by up to a minute', { notBefore: NOW + 59_000, issuedAt: NOW + 59_000 }],
    [
      'ahead by up to a minute',
      { confirmedUntil: NOW - 59_000, notOnOrAfter: NOW - 59_000, sessionNotOnOrAfter: NOW - 59_000 },
    ],
  ])('our clock may be %s', async (_, parts) => {
    const begun = await connector.begin();
    expect(await checkOf(connector.finish(begun, answerTo(begun, parts)))).toBe('none');
  });

  test.each([
    ['names another request', (xml: string, { id }: Begun) => xml.replace(`InResponseTo="${id}"`, 'InResponseTo="_x"')],
    ['names none', (xml: string, { id }: Begun) => xml.replace(` InResponseTo="${id}"`, '')],
  ])('the response around a good assertion %s', async (_, change) => {
    const begun = await connector.begin();
    const xml = signed(responseFor(begun.id, assertionFor(begun.id)), 'Assertion', KEY);
    expect(await checkOf(connector.finish(begun, base64(change(xml, begun))))).toBe('in-response-to');
  });

  test.each([
    ['another address', 'https://other.example/acs', 'recipient'],
    ['the address as a process behind a proxy sees it', ADDRESSES.acs.replace('https:', 'http:'), 'recipient'],
    ['nothing', '', 'recipient'],
  ])('a Destination that is %s', async (_, destination, check) => {
    const begun = await connector.begin();
    const xml = signed(responseFor(begun.id, assertionFor(begun.id), destination), 'Response', KEY);
    expect(await checkOf(connector.finish(begun, base64(xml)))).toBe(check);
  });

  test('[TRAPS SAML: Destination] the port that our metadata leave out may be written', async () => {
    const withPort = (xml: string) =>
      xml.replaceAll(ADDRESSES.acs, ADDRESSES.acs.replace(/^(https:\/\/[^/]+)/, '$1:443'));
    const begun = await connector.begin();
    const xml = withPort(responseFor(begun.id, assertionFor(begun.id)));
    expect(xml).toMatch(/ Destination="[^"]*:443\//);
    expect(xml).toMatch(/ Recipient="[^"]*:443\//);
    expect(await checkOf(connector.finish(begun, base64(signed(xml, 'Response', KEY))))).toBe('none');
  });

  test('a signed response without Destination', async () => {
    const begun = await connector.begin();
    const xml = responseFor(begun.id, assertionFor(begun.id)).replace(/ Destination="[^"]*"/, '');
    expect(await checkOf(connector.finish(begun, base64(signed(xml, 'Response', KEY))))).toBe('recipient');
  });
});

describe('S38: signatures', () => {
  const answers: readonly [string, (xml: string) => string][] = [
    ['unsigned', (xml) => xml],
    ["by another provider's key", (xml) => signed(xml, 'Assertion', rsaKey())],
    [
      'by a key of another type',
      (xml) => signed(xml, 'Assertion', ecKey(), { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256' }),
    ],
    ['by SHA-1', (xml) => signed(xml, 'Assertion', KEY, SHA1)],
    ['by SHA-256 over a SHA-1 digest', (xml) => signed(xml, 'Assertion', KEY, { digest: SHA1.digest })],
    ['changed afterwards', (xml) => signed(xml, 'Assertion', KEY).replace('>person-1<', '>admin<')],
    [
      'good on the assertion, broken on the response',
      (xml) => signed(signed(xml, 'Assertion', KEY), 'Response', rsaKey()),
    ],
  ];
  test.each(answers)('%s', async (_, sign) => {
    const begun = await connector.begin();
    const xml = sign(responseFor(begun.id, assertionFor(begun.id)));
    expect(await checkOf(connector.finish(begun, base64(xml)))).toBe('signature');
  });

  test.each([
    ['a comment in the NameID', 'admin<!-- -->@example.com'],
    ['a processing instruction in the NameID', 'admin<?x y?>@example.com'],
  ])('%s', async (_, value) => {
    const begun = await connector.begin();
    const answer = answerTo(begun, { nameId: `<saml:NameID>${value}</saml:NameID>` });
    expect(await checkOf(connector.finish(begun, answer))).toBe('response');
  });

  test('a second assertion beside a good one', async () => {
    const begun = await connector.begin();
    const good = signed(responseFor(begun.id, assertionFor(begun.id)), 'Assertion', KEY);
    const forged = assertionFor(begun.id, { nameId: '<saml:NameID>admin</saml:NameID>' });
    for (const xml of [
      good.replace('</samlp:Response>', `${forged}</samlp:Response>`),
      good.replace('<saml:Assertion', `${forged}<saml:Assertion`),
    ]) {
      expect(await checkOf(connector.finish(begun, base64(xml)))).toBe('response');
    }
  });

  test.each<[string, Partial<SamlSettings>, 'Assertion' | 'Response']>([
    ['the assertion', { requireSignedAssertion: true }, 'Response'],
    ['the response', { requireSignedResponse: true }, 'Assertion'],
  ])('a connector may require that %s itself is signed', async (_, settings, element) => {
    const strict = scene.connector(settings);
    const begun = await strict.begin();
    const xml = responseFor(begun.id, assertionFor(begun.id));
    expect(await checkOf(strict.finish(begun, base64(signed(xml, element, KEY))))).toBe('signature');
    const both = signed(signed(xml, 'Assertion', KEY), 'Response', KEY);
    expect(await checkOf(strict.finish(begun, base64(both)))).toBe('none');
  });
});

describe('what a provider answers', () => {
  test.each([
    ['Responder', 'AuthnFailed', 'declined'],
    ['Requester', 'NoAuthnContext', 'provider-error'],
  ])('%s, %s', async (first, second, check) => {
    const begun = await connector.begin();
    const code = (name: string, inner: string) =>
      `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${name}">${inner}</samlp:StatusCode>`;
    const xml = responseFor(begun.id, '').replace(/<samlp:StatusCode[^>]*\/>/, code(first, code(second, '')));
    await expect(connector.finish(begun, base64(xml))).rejects.toMatchObject({
      check,
      detail: expect.stringContaining(second),
    });
  });

  test.each([
    ['nothing', ''],
    ['no base64', '<samlp:Response/>'],
    ['no XML', base64('hello')],
    ['a deflated message', Buffer.from('7VhZc9pIEH53', 'base64').toString('base64')],
    ['an entity', base64('<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>')],
  ])('%s', async (_, encoded) => {
    const begun = await connector.begin();
    expect(await checkOf(connector.finish(begun, encoded))).toBe('response');
  });
});

describe('roll-over of the provider’s keys', () => {
  const access = { issuerSettings: () => undefined, allowPrivate: true };

  test('metadata are read again for an unknown key, but not for each bad signature', async () => {
    const next = rsaKey();
    let [reads, metadata, at] = [0, metadataOf(KEY), 0];
    const source = fetchedProvider(
      async () => {
        reads++;
        return await readProvider({ ...SETTINGS, metadata }, access);
      },
      () => at,
    );
    const rolling = scene.connector({}, { provider: source });
    const begun = await rolling.begin();
    expect(await checkOf(rolling.finish(begun, answerTo(begun, {}, next)))).toBe('signature');
    expect(await checkOf(rolling.finish(begun, answerTo(begun, {}, next)))).toBe('signature');
    expect(reads).toBe(2);
    metadata = metadataOf(next);
    at += 2 * MINUTE;
    expect(await checkOf(rolling.finish(begun, answerTo(begun, {}, next)))).toBe('none');
    expect(await checkOf(rolling.finish(begun, answerTo(begun, {}, KEY)))).toBe('signature');
    expect(reads).toBe(3);
  });

  test('metadata that have expired are not used', async () => {
    const expired = scene.connector({ metadata: metadataOf(KEY, { attributes: 'validUntil="2026-11-29T12:00:00Z"' }) });
    await expect(expired.begin()).rejects.toMatchObject({ check: 'metadata' });
    const begun = await expired.begin({ now: NOW - 1 });
    expect(await checkOf(expired.finish(begun, answerTo(begun)))).toBe('metadata');
  });
});

import { type KeyObject, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ENTITY_ID, metadataOf, rsaKey, type SigningKey } from '../../../../harness/saml-metadata.ts';
import { base64 } from '../../../../harness/saml-responses.ts';
import { LoginRefused } from '../../../../src/federation/connectors/login-refused.ts';
import type { ArrivedMessage, ReceivedLogout } from '../../../../src/federation/connectors/logout-connector.ts';
import { BINDINGS } from '../../../../src/federation/connectors/saml/bindings.ts';
import { readProvider } from '../../../../src/federation/connectors/saml/identity-provider.ts';
import { logoutRequestXml } from '../../../../src/federation/connectors/saml/logout-message.ts';
import { generateOwnKeys, type OwnKeys, readOwnKeys } from '../../../../src/federation/connectors/saml/own-keys.ts';
import { fixedProvider } from '../../../../src/federation/connectors/saml/provider-source.ts';
import { samlLogout } from '../../../../src/federation/connectors/saml/saml-logout.ts';
import { readRedirect, redirectUrl, requireSignedQuery } from '../../../../src/federation/saml/redirect-binding.ts';
import { signMessage } from '../../../../src/federation/saml/sign-message.ts';
import { ADDRESSES, KEY, NOW, SETTINGS } from './scene.ts';

/** SAML V2.0 Profiles §4.4. */

const MINUTE = 60_000;
const SERVICES = `<md:SingleLogoutService Binding="${BINDINGS.redirect}" Location="https://idp.example.com/slo" ResponseLocation="https://idp.example.com/slo/answers"/>
<md:SingleLogoutService Binding="${BINDINGS.post}" Location="https://idp.example.com/slo/post"/>
<md:SingleSignOnService Binding="${BINDINGS.redirect}" Location="https://idp.example.com/sso"/>`;
const NAME_ID = { value: 'person-1', format: 'f', nameQualifier: undefined, spNameQualifier: undefined };

let keys: OwnKeys;
beforeAll(async () => {
  keys = readOwnKeys(await generateOwnKeys('corp', NOW));
});

function logout(services = SERVICES) {
  const settings = { ...SETTINGS, metadata: metadataOf(KEY, { services }) };
  const used = new Set<string>();
  return samlLogout({
    settings,
    connectorId: 'c1',
    addresses: ADDRESSES,
    provider: fixedProvider(readProvider(settings, { issuerSettings: () => undefined, allowPrivate: false })),
    keys: () => keys,
    redeem: async (hash) => !used.has(hash) && used.add(hash) !== undefined,
  });
}

let made = 0;
const requestXml = (more: { issuer?: string; destination?: string; now?: number } = {}): string =>
  logoutRequestXml(
    { id: `_r${++made}`, issuer: ENTITY_ID, destination: ADDRESSES.slo, now: NOW, ...more },
    { nameId: NAME_ID, sessionIndex: 's1' },
  );

function byRedirect(
  xml: string,
  key: SigningKey | 'none' = KEY,
  parameter: 'SAMLRequest' | 'SAMLResponse' = 'SAMLRequest',
): ArrivedMessage {
  const url = redirectUrl({
    location: ADDRESSES.slo,
    parameter,
    xml,
    relayState: 'r',
    signingKey: key === 'none' ? undefined : key.privateKey,
  });
  return { binding: 'redirect', rawQuery: url.slice(url.indexOf('?') + 1) };
}

const byPost = (xml: string): ArrivedMessage => ({
  binding: 'post',
  fields: { SAMLRequest: base64(xml), RelayState: 'r' },
});

async function checkOf(received: Promise<ReceivedLogout>): Promise<string> {
  return await received.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof LoginRefused) return error.check;
      throw error;
    },
  );
}

describe('the provider asks', () => {
  test('by redirect: answered by a signed response, where responses go', async () => {
    const received = await logout().receive(byRedirect(requestXml()), NOW);
    expect(received).toMatchObject({ kind: 'request', subject: 'person-1', sessionIds: ['s1'] });
    const url = received.kind === 'request' && received.answer && 'url' in received.answer ? received.answer.url : '';
    expect(url).toMatch(/^https:\/\/idp\.example\.com\/slo\/answers\?SAMLResponse=/);
    const answer = readRedirect(url.slice(url.indexOf('?') + 1));
    expect(answer.relayState).toBe('r');
    expect(answer.xml).toContain(`InResponseTo="_r${made}"`);
    expect(() => requireSignedQuery(answer, [ownPublicKey()])).not.toThrow();
  });

  test('by POST: answered by POST', async () => {
    const received = await logout().receive(byPost(signMessage(requestXml(), KEY)), NOW);
    expect(received).toMatchObject({
      kind: 'request',
      subject: 'person-1',
      answer: { post: { action: 'https://idp.example.com/slo/post', fields: { RelayState: 'r' } } },
    });
  });

  test.each<[string, () => ArrivedMessage, string]>([
    ['unsigned by redirect', () => byRedirect(requestXml(), 'none'), 'signature'],
    ['unsigned by POST', () => byPost(requestXml()), 'signature'],
    [
      'signed in the message, but sent by redirect',
      () => byRedirect(signMessage(requestXml(), KEY), 'none'),
      'signature',
    ],
    ["by another provider's key", () => byRedirect(requestXml(), rsaKey()), 'signature'],
    ["by POST, by another provider's key", () => byPost(signMessage(requestXml(), rsaKey())), 'signature'],
    ['changed', () => byPost(signMessage(requestXml(), KEY).replace('>person-1<', '>person-2<')), 'signature'],
    ['wrapped', () => byPost(wrapped(signMessage(requestXml(), KEY))), 'signature'],
    ['of another issuer', () => byRedirect(requestXml({ issuer: 'https://other.example' })), 'issuer'],
    ['for another address', () => byRedirect(requestXml({ destination: `${ADDRESSES.slo}/x` })), 'recipient'],
    ['old', () => byRedirect(requestXml({ now: NOW - 7 * MINUTE })), 'expiry'],
    ['from the future', () => byRedirect(requestXml({ now: NOW + 2 * MINUTE })), 'expiry'],
    ['another kind of message', () => byRedirect(requestXml().replaceAll('LogoutRequest', 'AuthnRequest')), 'response'],
    ['neither request nor response', () => ({ binding: 'post', fields: {} }), 'response'],
  ])('refused: %s', async (_, make, check) => {
    expect(await checkOf(logout().receive(make(), NOW))).toBe(check);
  });

  test('a request works once', async () => {
    const message = byRedirect(requestXml());
    const { receive } = logout();
    expect(await checkOf(receive(message, NOW))).toBe('none');
    expect(await checkOf(receive(message, NOW))).toBe('replay');
  });
});

describe('we ask', () => {
  const session = { kept: JSON.stringify({ nameId: { ...NAME_ID, nameQualifier: 'q"<' }, sessionIndex: 's1' }) };

  test('with the NameID as it was given, and the session', async () => {
    const destination = await logout().begin(session, { state: 'the-state', now: NOW });
    const url = destination && 'url' in destination ? destination.url : '';
    const { xml, relayState } = readRedirect(url.slice(url.indexOf('?') + 1));
    expect(relayState).toBe('the-state');
    expect(xml).toContain('<saml:NameID Format="f" NameQualifier="q&quot;&lt;">person-1</saml:NameID>');
    expect(xml).toContain('<samlp:SessionIndex>s1</samlp:SessionIndex>');
  });

  test('nothing, if the provider takes no such messages', async () => {
    const services = SERVICES.replaceAll(/<md:SingleLogoutService[^>]*>/g, '');
    expect(await logout(services).begin(session, { state: 's', now: NOW })).toBeUndefined();
  });

  test('an answer only says which sign-out it is for, signed or not', async () => {
    const received = await logout().receive(byRedirect('<x/>', 'none', 'SAMLResponse'), NOW);
    expect(received).toEqual({ kind: 'response', state: 'r' });
  });
});

function ownPublicKey(): KeyObject {
  return new X509Certificate(Buffer.from(keys.signing[0].certificate, 'base64')).publicKey;
}

/** A forged request around a signed one. */
function wrapped(signed: string): string {
  const forged = requestXml().replace('>person-1<', '>person-2<');
  return forged.replace('<saml:NameID', `${signed}<saml:NameID`);
}

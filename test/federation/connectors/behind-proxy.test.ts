import { request } from 'node:http';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../../harness/person.ts';
import { metadataOf, rsaKey } from '../../../harness/saml-metadata.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import {
  type Browser,
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  signInWith,
} from './scene.ts';

/**
 * What the providers know this server by is configured, once. It does not follow what a proxy, or a client, puts into a request: neither
 * the address of the answer, which the code is exchanged with again (RFC 6749 §4.1.3), nor the entity id.
 */

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene();
  scene.outside.people.set('ada', { hd: 'corp.example', preferred_username: 'ada' });
  const corp = { name: 'corp', kind: 'saml', displayName: 'Corp', metadata: metadataOf(rsaKey()) };
  await scene.configure([googleLike(scene), corp]);
});
afterAll(() => scene.close());

const PROXIES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['that passes its own name for this server', { host: 'rolecall.internal:8080' }],
  ['that a client speaks through', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }],
  ['that strips a path', { 'x-forwarded-prefix': '/iam', 'x-original-uri': '/iam/federation/google/callback' }],
  ['of the standard kind', { forwarded: 'for=192.0.2.1;host=evil.example;proto=http' }],
];

/** As `fetch` cannot: with a Host of our choice. */
async function get(path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return await new Promise((resolve, reject) => {
    const sent = request(new URL(path, scene.url), { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve(Buffer.concat(parts).toString()));
    });
    sent.on('error', reject).end();
  });
}

const browserBehind = (headers: Readonly<Record<string, string>>): Browser => ({
  ...openBrowser(scene),
  person: newPerson(scene.url, headers),
});

describe.each(PROXIES)('behind a proxy %s', (_, headers) => {
  test('a sign-in through an OpenID provider works, and names the configured address', async () => {
    const { page } = await openSignIn(scene, browserBehind(headers));
    const asked = expectLeft(await page.submit('continue with google'));
    expect(asked.searchParams.get('redirect_uri')).toBe(`${scene.url}/federation/google/callback`);

    const { seen, login } = await signInWith(scene, browserBehind(headers), { subject: 'ada' });
    const left = expectLeft(await expectPage(seen).submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(scene.app, left, login.checks);
    expect(tokens.claims()?.['preferred_username']).toBe('ada');
  });

  test('[SAML V2.0 Core §8.3.6] the entity id of a connector is always the same, to the letter', async () => {
    const metadata = await get('/saml/corp/metadata', headers);
    expect(metadata).toContain(`entityID="${scene.url}/saml/corp/metadata"`);
    expect(metadata).not.toMatch(/evil\.example|internal/);
    const { page } = await openSignIn(scene, browserBehind(headers));
    const { searchParams } = expectLeft(await page.submit('continue with corp'));
    const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    expect(xml).toContain(`<saml:Issuer>${scene.url}/saml/corp/metadata</saml:Issuer>`);
    expect(xml).toContain(`AssertionConsumerServiceURL="${scene.url}/saml/corp/acs"`);
  });
});

import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { ENTITY_ID, metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import { type AssertionParts, assertionXml, base64, responseXml, signed } from '../../harness/saml-responses.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { expectLeft, expectPage } from '../oidc/app.ts';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

/** Connectors of the kind `saml`, by the API and by the configuration file. */

const directory = temporaryDirectory();
const KEY = rsaKey();
let server: InProcessServer;
let publisher: Server;
let published: string;
let metadataUrl: string;
beforeAll(async () => {
  publisher = createServer((_, response) => response.end(published));
  await new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve));
  metadataUrl = `http://localhost:${(publisher.address() as AddressInfo).port}/metadata`;
  const metadataFile = join(directory.path, 'idp.xml');
  writeFileSync(metadataFile, metadataOf(KEY));
  const connectors = [{ name: 'filed', kind: 'saml', displayName: 'Filed', metadataFile }];
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ oidc: { allowPrivateNetworks: true }, federation: { connectors } }));
  server = await startInProcess({ ROLECALL_CONFIG: file });
});
afterAll(async () => {
  await server.close();
  publisher.close();
  directory.remove();
});

async function call(operation: string, input: object) {
  const { body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  return JSON.parse(body) as { readonly message?: string; readonly Connector?: { readonly Saml?: object } };
}

const ownMetadata = async (name: string): Promise<string> =>
  await (await fetch(`${server.url}/saml/${name}/metadata`)).text();
const certificates = async (name: string): Promise<readonly string[]> =>
  [...(await ownMetadata(name)).matchAll(/use="signing".*?<ds:X509Certificate>([^<]+)</g)].map(([, text = '']) => text);

test('created disabled, our metadata given to the provider, then enabled: the metadata of the provider are tried', async () => {
  const Saml = { MetadataUrl: metadataUrl, IdpEntityId: ENTITY_ID };
  const { Connector } = await call('CreateConnector', { Name: 'corp', Enabled: false, Saml });
  expect(Connector?.Saml).toMatchObject({
    EntityId: `${server.url}/saml/corp/metadata`,
    AssertionConsumerServiceUrl: `${server.url}/saml/corp/acs`,
    SingleLogoutServiceUrl: `${server.url}/saml/corp/slo`,
    SignRequests: true,
  });
  expect(JSON.stringify(Connector)).not.toMatch(/sealed|PRIVATE|"key"/i);
  expect(await certificates('corp')).toHaveLength(1);
  published = metadataOf(KEY, { entityId: 'https://other.example.com' });
  expect((await call('UpdateConnector', { Name: 'corp', Enabled: true })).message).toContain(ENTITY_ID);
  published = metadataOf(KEY, { attributes: 'validUntil="2020-01-01T00:00:00Z"' });
  expect((await call('UpdateConnector', { Name: 'corp', Enabled: true })).message).toContain('expired');
  published = metadataOf(KEY);
  expect((await call('UpdateConnector', { Name: 'corp', Enabled: true })).message).toBeUndefined();
  const page = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
  expect(expectLeft(await page.submit('continue with single sign-on')).origin).toBe('https://idp.example.com');
});

test('certificates in the settings are shown with their end, and the parameter for the name can be set', async () => {
  const until = new Date('2031-05-06T07:08:09Z');
  const Saml = { Metadata: metadataOf(rsaKey(2048, until)), LoginHintParameter: 'login_hint' };
  const { Connector } = await call('CreateConnector', { Name: 'dated', Saml });
  expect(Connector?.Saml).toMatchObject({
    LoginHintParameter: 'login_hint',
    SigningCertificates: [{ Fingerprint: expect.stringContaining(':'), NotAfter: until.getTime() / 1000 }],
  });
  const wrong = await call('UpdateConnector', { Name: 'dated', Saml: { LoginHintParameter: 'a=b&c' } });
  expect(wrong.message).toContain('must be the name of a parameter');
});

test('our keys stay when other settings change, and roll over in two steps', async () => {
  const before = await certificates('corp');
  await call('UpdateConnector', { Name: 'corp', DisplayName: 'Corp', Saml: { TrustEmail: true } });
  expect(await certificates('corp')).toEqual(before);
  await call('UpdateConnector', { Name: 'corp', Saml: { KeyRollOver: 'BEGIN' } });
  const both = await certificates('corp');
  expect(both).toEqual([...before, expect.any(String)]);
  await call('UpdateConnector', { Name: 'corp', Saml: { KeyRollOver: 'FINISH' } });
  expect(await certificates('corp')).toEqual(both.slice(1));
});

test.each<[string, object, string]>([
  ['nothing that says who the provider is', {}, 'metadataUrl: or metadata is needed'],
  ['an address without the entity id', { MetadataUrl: 'https://idp.example.com/m' }, 'idpEntityId: is needed'],
  [
    'two sources',
    { Metadata: metadataOf(KEY), MetadataUrl: 'https://x.example/m', IdpEntityId: 'x' },
    'cannot be combined',
  ],
  ['metadata that are none', { Metadata: '<x/>' }, 'metadata: the root element must be EntityDescriptor'],
  [
    'an address by hand without a certificate',
    { SsoUrl: 'https://x.example/sso', IdpEntityId: 'x' },
    'certificates: is needed',
  ],
  [
    'a certificate that is none',
    { SsoUrl: 'https://x.example/sso', IdpEntityId: 'x', Certificates: ['x'] },
    'certificate cannot be read',
  ],
])('refused: %s', async (_, Saml, message) => {
  expect((await call('CreateConnector', { Name: 'refused', Saml })).message).toContain(message);
});

test('a connector of the configuration file gets keys of its own, which stay at the next start', async () => {
  const before = await certificates('filed');
  expect(before).toHaveLength(1);
  const page = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
  expect(expectLeft(await page.submit('continue with filed')).pathname).toBe('/sso');
});

test('its keys roll over by the API, where nothing else of it can be changed', async () => {
  const before = await certificates('filed');
  for (const more of [{ DisplayName: 'Other' }, { Saml: { KeyRollOver: 'BEGIN', TrustEmail: true } }]) {
    const refused = await call('UpdateConnector', { Name: 'filed', Saml: { KeyRollOver: 'BEGIN' }, ...more });
    expect(refused.message).toContain('comes from the configuration file');
  }
  expect(await certificates('filed')).toEqual(before);
  const { Connector } = await call('UpdateConnector', { Name: 'filed', Saml: { KeyRollOver: 'BEGIN' } });
  expect(Connector).toMatchObject({ Origin: 'FILE' });
  const both = await certificates('filed');
  expect(both).toEqual([...before, expect.any(String)]);
  await call('UpdateConnector', { Name: 'filed', Saml: { KeyRollOver: 'FINISH' } });
  expect(await certificates('filed')).toEqual(both.slice(1));
  expect((await call('UpdateConnector', { Name: 'filed', DisplayName: 'Other' })).message).toContain('file');
});

describe('TestConnector with a response', () => {
  interface Tested {
    readonly Accepted: boolean;
    readonly Checks: readonly { readonly Name: string; readonly Outcome: string; readonly Detail?: string }[];
    readonly User?: { readonly UserName: string };
  }
  function response(more: Partial<AssertionParts> = {}, key = KEY): string {
    const now = more.now ?? Date.now();
    const recipient = `${server.url}/saml/filed/acs`;
    const audience = `${server.url}/saml/filed/metadata`;
    const inResponseTo = '_of-some-sign-in';
    const attributes = { uid: ['jane'] };
    const assertion = assertionXml({ now, recipient, audience, inResponseTo, attributes, ...more });
    return base64(signed(responseXml(assertion, { now, destination: recipient, inResponseTo }), 'Assertion', key));
  }
  const tested = async (SamlResponse: string): Promise<Tested> =>
    (await call('TestConnector', { Name: 'filed', Evidence: { SamlResponse } })) as unknown as Tested;
  const failedIn = ({ Checks }: Tested) => Checks.filter(({ Outcome }) => Outcome === 'FAILED').map(({ Name }) => Name);

  test('says who would sign in, as often as it is asked', async () => {
    const given = response();
    for (const answer of [await tested(given), await tested(given)]) {
      expect(answer).toMatchObject({ Accepted: true, User: { UserName: 'jane' } });
      expect(answer.Checks).toContainEqual(expect.objectContaining({ Name: 'replay', Outcome: 'SKIPPED' }));
    }
    const { events } = server;
    expect(JSON.stringify(events)).not.toContain(given.slice(0, 100));
    expect(JSON.stringify(events)).not.toContain('jane');
  });

  test('[S39] names an expired response as such, and explains the rest of it', async () => {
    const answer = await tested(response({ now: Date.now() - 3_600_000 }));
    expect([answer.Accepted, failedIn(answer)]).toEqual([false, ['expiry']]);
    expect(answer.User).toMatchObject({ UserName: 'jane' });
  });

  test.each<[string, () => string, string]>([
    ['[S38] by another key', () => response({}, rsaKey()), 'signature'],
    ['[S38] of another key, and expired', () => response({ now: Date.now() - 3_600_000 }, rsaKey()), 'signature'],
    ['[S39] for another audience', () => response({ audience: 'https://other.example' }), 'audience'],
    ['no response', () => 'AAAA', 'response'],
  ])('refuses one %s, and says nothing of the person', async (_, given, check) => {
    const answer = await tested(given());
    expect([failedIn(answer), answer.User]).toEqual([[check], undefined]);
  });
});

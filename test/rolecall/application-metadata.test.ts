import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyDescriptor, rsaKey } from '../../harness/saml-metadata.ts';
import { signed } from '../../harness/saml-responses.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const [FIRST, SECOND, FEDERATION] = [rsaKey(), rsaKey(), rsaKey()];
const MD = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"';
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
let named = 0;

/** A service provider's metadata. */
function sp({
  id = `https://sp${++named}.example/saml`,
  keys = keyDescriptor(FIRST.certificate),
  attributes = '',
} = {}) {
  return `<md:EntityDescriptor ${MD} entityID="${id}" ID="_root" ${attributes}><md:SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys}
<md:SingleLogoutService Binding="${POST}" Location="https://sp.example/slo"/>
<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
<md:AssertionConsumerService Binding="${POST}" Location="https://sp.example/a" index="3"/>
<md:AssertionConsumerService Binding="${POST}" Location="https://sp.example/b" index="5" isDefault="true"/>
</md:SPSSODescriptor></md:EntityDescriptor>`;
}

let server: InProcessServer;
let site: Server;
let url: string;
let answer = { status: 200, text: '' };
beforeAll(async () => {
  server = await startInProcess();
  site = createServer((_request, response) => response.writeHead(answer.status).end(answer.text));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(site.address() as AddressInfo).port}/metadata`;
});
afterAll(async () => {
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
  await server.close();
});

interface Answer {
  readonly Application: { readonly ApplicationId: string; readonly Saml: Readonly<Record<string, unknown>> };
  readonly message?: string;
}
async function ask(operation: string, input: object): Promise<Answer> {
  const { body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  return JSON.parse(body) as Answer;
}
const create = (Saml: object) => ask('CreateApplication', { DisplayName: 'App', Saml });

describe('metadata as a text', () => {
  test('give what is not given beside them', async () => {
    const { Application } = await create({ MetadataXml: sp({ id: 'https://wiki.example' }), SignResponse: true });
    expect(Application.Saml).toMatchObject({
      EntityId: 'https://wiki.example',
      Acs: [
        { Url: 'https://sp.example/a', Index: 3, IsDefault: false },
        { Url: 'https://sp.example/b', Index: 5, IsDefault: true },
      ],
      Logout: { Url: 'https://sp.example/slo', Binding: 'HTTP-POST' },
      Certificates: [FIRST.certificate],
      EncryptionCertificate: FIRST.certificate,
      NameId: { Format: 'emailAddress' },
      WantSignedRequests: true,
      SignResponse: true,
    });
    expect(Application.Saml).not.toHaveProperty('MetadataXml');
    const { ApplicationId } = Application;
    const keys = keyDescriptor(SECOND.certificate, 'signing');
    const NameId = { Format: 'persistent' };
    await ask('UpdateApplication', { ApplicationId, Saml: { NameId } });
    const changed = await ask('UpdateApplication', {
      ApplicationId,
      Saml: { MetadataXml: sp({ id: 'https://wiki.example', keys }) },
    });
    // How people are named stays as it was decided here.
    expect(changed.Application.Saml).toMatchObject({ Certificates: [SECOND.certificate], NameId, SignResponse: true });
  });

  test('choose one of several, and must be signed by the certificate that is given', async () => {
    const [one, two] = [sp({ id: 'urn:one' }), sp({ id: 'urn:two' }).replace('_root', '_two')];
    const several = `<md:EntitiesDescriptor ${MD} ID="_all">${one}${two}</md:EntitiesDescriptor>`;
    expect((await create({ MetadataXml: several })).message).toContain('it describes several service providers');
    const MetadataCertificate = FEDERATION.certificate;
    const chosen = { MetadataEntityId: 'urn:two', MetadataCertificate };
    const MetadataXml = signed(several, 'EntitiesDescriptor', FEDERATION);
    expect((await create({ MetadataXml, ...chosen })).Application.Saml['EntityId']).toBe('urn:two');
    for (const [xml, message] of [
      [several, 'the root element of the metadata must have one signature'],
      [signed(several, 'EntitiesDescriptor', FIRST), 'no signing certificate of the provider verifies'],
      [MetadataXml.replaceAll('https://sp.example/b', 'https://evil.example/b'), 'has been changed'],
      [several.replace(one, signed(one, 'EntityDescriptor', FEDERATION)), 'must have one signature'],
    ] as const) {
      expect((await create({ MetadataXml: xml, ...chosen })).message).toContain(message);
    }
  });

  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
  const xxe = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>';
  test.each<[string, () => string, string]>([
    ['[S38] an external entity', () => xxe + sp(), 'it contains a document type'],
    ['an entity bomb', () => bomb + sp(), 'it contains a document type'],
    ['no XML', () => 'hello', 'Saml.MetadataXml: '],
    ['an identity provider', () => sp().replaceAll('SPSSO', 'IDPSSO'), 'it describes no SAML 2.0 service provider'],
    [
      'metadata of the past',
      () => sp({ attributes: 'validUntil="2020-01-01T00:00:00Z"' }),
      'they were valid until 2020',
    ],
    ['no HTTP-POST', () => sp().replaceAll(POST, `${POST}-SimpleSign`), 'no AssertionConsumerService with the binding'],
    ['an address without TLS', () => sp().replaceAll('https://sp.example/a', 'http://sp.example/a'), 'Saml.Acs.0.Url'],
    ['a script', () => sp().replaceAll('https://sp.example/a', 'javascript:alert(1)'), 'Saml.MetadataXml'],
    ['a weak key', () => sp({ keys: keyDescriptor(rsaKey(1024).certificate) }), 'must have an RSA key of at least'],
    ['300,000 characters', () => sp() + ' '.repeat(300_000), 'length less than or equal to 262144'],
    ['20,000 elements', () => sp({ keys: '<x/>'.repeat(20_001) }), 'Saml.MetadataXml: '],
  ])('%s is refused', async (_what, xml, message) => {
    expect((await create({ MetadataXml: xml() })).message).toContain(message);
  });
});

describe('metadata at an address', () => {
  test('[S47] are not fetched from this machine or private networks, nor without TLS elsewhere', async () => {
    expect((await create({ MetadataUrl: url })).message).toContain('has no public address');
    for (const address of ['https://10.0.0.1/m', 'https://[::1]/m', 'https://169.254.169.254/latest']) {
      expect((await create({ MetadataUrl: address })).message).toContain('is not a public address');
    }
    expect((await create({ MetadataUrl: 'http://sp.example/m' })).message).toContain('must begin with https://');
    expect((await create({ MetadataUrl: 'file:///etc/passwd' })).message).toContain('must begin with https://');
  });

  test.each<[string, object, string]>([
    [
      'a text as well',
      { MetadataXml: sp(), MetadataUrl: 'https://sp.example/m' },
      'cannot be combined with MetadataUrl',
    ],
    [
      'certificates as well',
      { MetadataUrl: 'https://sp.example/m', Certificates: [] },
      'Saml.Certificates: comes from',
    ],
    ['a certificate alone', { MetadataCertificate: FIRST.certificate }, 'need MetadataXml or MetadataUrl'],
    [
      'a certificate that is none',
      { MetadataXml: sp(), MetadataCertificate: 'x' },
      'Saml.MetadataCertificate: must be one',
    ],
  ])('%s is refused', async (_what, Saml, message) => {
    expect((await create(Saml)).message).toContain(message);
  });
});

describe('metadata at an address that the operator allows', () => {
  const directory = temporaryDirectory();
  let open: InProcessServer;
  beforeAll(async () => {
    const file = join(directory.path, 'config.json');
    writeFileSync(file, JSON.stringify({ oidc: { allowPrivateNetworks: true } }));
    open = await startInProcess({ ROLECALL_CONFIG: file });
  });
  afterAll(async () => {
    await open.close();
    directory.remove();
  });
  const askOpen = async (operation: string, input: object): Promise<Answer> => {
    const { body } = await send(open.url, signedJson(open.url, operation, input, open.admin));
    return JSON.parse(body) as Answer;
  };

  test('are fetched, remembered, and forgotten on demand', async () => {
    answer = { status: 200, text: sp({ id: 'urn:fetched' }) };
    const Saml = { MetadataUrl: url };
    const made = await askOpen('CreateApplication', { DisplayName: 'App', Saml });
    expect(made.Application.Saml).toMatchObject({
      EntityId: 'urn:fetched',
      MetadataUrl: url,
      MetadataReadAt: expect.any(Number),
    });
    const { ApplicationId } = made.Application;
    const change = (settings: object) => askOpen('UpdateApplication', { ApplicationId, Saml: settings });
    expect((await change({ SignResponse: true })).Application.Saml).toMatchObject({ MetadataUrl: url });
    expect((await change({ Certificates: [SECOND.certificate] })).message).toContain('comes from MetadataUrl');
    answer = { status: 200, text: sp({ id: 'urn:another' }) };
    expect((await change(Saml)).message).toContain('with the entityID urn:fetched');
    answer = { status: 404, text: '' };
    expect((await change(Saml)).message).toContain('the status is 404');
    answer = { status: 200, text: ' '.repeat(300_000) };
    expect((await change(Saml)).message).toContain('is larger than 262144 bytes');
    const forgotten = await change({ MetadataUrl: '', Certificates: [SECOND.certificate] });
    expect(forgotten.Application.Saml).toMatchObject({ Certificates: [SECOND.certificate] });
    expect(forgotten.Application.Saml).not.toHaveProperty('MetadataUrl');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyDescriptor, rsaKey } from '../../../harness/saml-metadata.ts';
import { samlSettingsShape } from '../../../src/bridge/settings.ts';
import { run } from './run.ts';

const [SIGNING, ENCRYPTION] = [rsaKey(), rsaKey()];
const MD = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"';
const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings';

/** A service provider's metadata. */
function entity(entityId: string, keys = '', attributes = ''): string {
  return `<md:EntityDescriptor ${MD} entityID="${entityId}"><md:SPSSODescriptor ${attributes} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys}
<md:SingleLogoutService Binding="${BINDING}:SOAP" Location="https://wiki.example/soap"/>
<md:SingleLogoutService Binding="${BINDING}:HTTP-POST" Location="https://wiki.example/slo" ResponseLocation="https://wiki.example/slo/answer"/>
<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
<md:AssertionConsumerService Binding="${BINDING}:HTTP-Artifact" Location="https://wiki.example/artifact" index="0" isDefault="true"/>
<md:AssertionConsumerService Binding="${BINDING}:HTTP-POST" Location="https://wiki.example/acs" index="1"/>
<md:AssertionConsumerService Binding="${BINDING}:HTTP-POST" Location="https://wiki.example/acs2" index="5" isDefault="1"/>
</md:SPSSODescriptor></md:EntityDescriptor>`;
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-metadata-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function read(text: string, ...more: string[]) {
  const file = join(directory, 'sp.xml');
  writeFileSync(file, text);
  return await run(['read-saml-metadata', file, ...more], { ROLECALL_DATA_DIR: join(directory, 'none') });
}

test('[SAML V2.0 Metadata §2.4.4] metadata become an entry that the configuration accepts', async () => {
  const keys = keyDescriptor(SIGNING.certificate, 'signing') + keyDescriptor(ENCRYPTION.certificate, 'encryption');
  const { code, stdout } = await read(entity('https://wiki.example/saml', keys, 'AuthnRequestsSigned="true"'));
  expect(code).toBe(0);
  const entry = JSON.parse(stdout) as object;
  expect(entry).toMatchObject({
    id: 'wiki-example',
    entityId: 'https://wiki.example/saml',
    acs: [
      { url: 'https://wiki.example/acs', index: 1, isDefault: false },
      { url: 'https://wiki.example/acs2', index: 5, isDefault: true },
    ],
    logout: { url: 'https://wiki.example/slo', responseUrl: 'https://wiki.example/slo/answer', binding: 'HTTP-POST' },
    nameId: { format: 'emailAddress' },
    wantSignedRequests: true,
  });
  const { applications } = samlSettingsShape.parse({ applications: [entry] });
  expect(applications[0]).toMatchObject({
    certificates: [SIGNING.certificate],
    encryptionCertificate: ENCRYPTION.certificate,
  });
});

test('a key without use signs and encrypts', async () => {
  const { stdout } = await read(entity('urn:wiki', keyDescriptor(SIGNING.certificate)));
  const { certificates, encryptionCertificate } = JSON.parse(stdout) as Record<string, unknown>;
  expect(certificates).toEqual([encryptionCertificate]);
});

test('of several, one is chosen by its entity id', async () => {
  const both = `<md:EntitiesDescriptor ${MD}>${entity('urn:one')}${entity('urn:other')}</md:EntitiesDescriptor>`;
  expect(await read(both)).toMatchObject({ code: 1, stderr: expect.stringContaining('urn:one, urn:other') });
  const chosen = await read(both, '--entity-id', 'urn:other');
  expect(JSON.parse(chosen.stdout)).toMatchObject({ entityId: 'urn:other', wantSignedRequests: false });
});

test.each([
  ['a document type', '<!DOCTYPE x><x/>', 'document type'],
  ['an identity provider', `<md:EntityDescriptor ${MD} entityID="idp"/>`, 'no SAML 2.0 service provider'],
])('%s is refused', async (_name, text, message) => {
  expect(await read(text)).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
});

import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { keyDescriptor, rsaKey, type SigningKey } from '../../harness/saml-metadata.ts';
import { until } from '../support/until.ts';
import {
  ACCOUNT,
  ACS,
  type BridgeScene,
  begin,
  newBrowser,
  OTHER_KEY,
  openBridgeScene,
  passTime,
  SP,
  SP_KEY,
} from './bridge-scene.ts';

const NEXT_KEY = rsaKey();
let scene: BridgeScene;
let site: Server;
let text: string;
let asked = 0;
/** What happens between a request for metadata and the answer. */
let meanwhile = async (): Promise<unknown> => undefined;
beforeAll(async () => {
  scene = await openBridgeScene();
  await scene.addUser('alice');
  site = createServer((_request, response) => {
    asked++;
    void meanwhile().then(() => response.end(text));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(site.address() as AddressInfo).port}/`;
  await scene.addApplication(
    {},
    { certificates: [SP_KEY.certificate], wantSignedRequests: true, metadata: { url, readAt: Date.now() } },
  );
});
afterAll(async () => {
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
  await scene.close();
});
// Metadata are asked for once a minute at most.
beforeEach(() => {
  passTime(61_000);
  asked = 0;
  scene.events.splice(0);
});

function metadata(keys: readonly SigningKey[], entityId = SP): string {
  const descriptors = keys.map(({ certificate }) => keyDescriptor(certificate, 'signing')).join('');
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${descriptors}<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://elsewhere.example/acs" index="0"/></md:SPSSODescriptor></md:EntityDescriptor>`;
}
const heading = async (key: SigningKey): Promise<string> => (await begin(scene, newBrowser(scene), { key })).heading;
const stored = async () => {
  const application = await scene.identities.applications.get([ACCOUNT, 'grafana']);
  if (application?.settings.protocol !== 'SAML') throw new Error('no SAML application');
  return application.settings;
};

test('a message that no certificate verifies leads to new ones, and to nothing else', async () => {
  text = metadata([SP_KEY, NEXT_KEY]);
  expect(await heading(NEXT_KEY)).toBe('Sign in');
  const { certificates, acs } = await stored();
  expect(certificates).toEqual([SP_KEY.certificate, NEXT_KEY.certificate]);
  expect(acs[0]?.url).toBe(ACS);
  expect(scene.events).toContainEqual(
    expect.objectContaining({ eventName: 'RefreshCertificates', outcome: 'allowed', resources: ['grafana'] }),
  );
  const { fingerprint256 } = new X509Certificate(Buffer.from(NEXT_KEY.certificate, 'base64'));
  expect(JSON.stringify(scene.events)).toContain(`"added":["${fingerprint256}"]`);
  expect(await heading(SP_KEY)).toBe('Sign in');
  expect(asked).toBe(1);
});

test('forged messages are refused, and make us ask once a minute at most', async () => {
  for (let count = 0; count < 3; count++) expect(await heading(OTHER_KEY)).toBe('Sign-in did not work');
  expect(asked).toBe(1);
  passTime(61_000);
  await heading(OTHER_KEY);
  expect(asked).toBe(2);
});

test('metadata that cannot be used are audited with the reason', async () => {
  text = metadata([]);
  await heading(OTHER_KEY);
  const refusal = scene.events.find(({ eventName }) => eventName === 'RefreshCertificates');
  expect(refusal).toMatchObject({ outcome: 'refused', errorCode: 'metadata' });
  expect(JSON.stringify(refusal)).toContain('they have no certificate for signing any more');
});

// Their events are folded into the one before.
test.each<[string, () => string]>([
  ['of another service provider', () => metadata([OTHER_KEY], 'urn:other')],
  ['without certificates', () => metadata([])],
  ['with a weak key', () => metadata([OTHER_KEY, rsaKey(1024)])],
  ['that expired', () => metadata([OTHER_KEY]).replace('entityID', 'validUntil="2020-01-01T00:00:00Z" entityID')],
  ['that are none', () => '<html/>'],
])('metadata %s change nothing', async (_what, xml) => {
  text = xml();
  const before = await stored();
  expect(await heading(OTHER_KEY)).toBe('Sign-in did not work');
  expect(await stored()).toEqual(before);
});

test('metadata that were asked for before an administrator required a signature change nothing', async () => {
  text = metadata([OTHER_KEY]);
  const before = await stored();
  const saveMetadata = (source: typeof before.metadata) =>
    scene.identities.applications.update([ACCOUNT, 'grafana'], (old) =>
      old.settings.protocol === 'SAML' ? { ...old, settings: { ...old.settings, metadata: source } } : old,
    );
  const { metadata: source } = before;
  meanwhile = () => saveMetadata(source && { ...source, signedBy: SP_KEY.certificate });
  expect(await heading(OTHER_KEY)).toBe('Sign-in did not work');
  expect((await stored()).certificates).toEqual(before.certificates);
  meanwhile = async () => undefined;
  await saveMetadata(source);
});

test('old ones are read again in the background', async () => {
  text = metadata([SP_KEY]);
  passTime(25 * 3600_000);
  expect(await heading(SP_KEY)).toBe('Sign in');
  await until(async () => (await stored()).certificates.length === 1);
  expect((await stored()).certificates).toEqual([SP_KEY.certificate]);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { onlyChild } from '../../src/federation/saml/elements.ts';
import { XMLDSIG } from '../../src/federation/saml/namespaces.ts';
import { readIdentityProvider } from '../../src/federation/saml/read-metadata.ts';
import { verifySignature } from '../../src/federation/saml/verify-signature.ts';
import { parseMetadata } from '../../src/federation/saml/xml.ts';
import type { SamlKey } from '../../src/identity/documents/account-keys/saml-key.ts';
import { openSamlKeys } from '../../src/identity/saml-keys/open-saml-keys.ts';
import type { Collection } from '../../src/ports/collections.ts';
import {
  ACCOUNT,
  assertionOf,
  type BridgeScene,
  begin,
  newBrowser,
  openBridgeScene,
  passTime,
  signIn,
} from './bridge-scene.ts';

const DAY = 86_400_000;

let scene: BridgeScene;
beforeAll(async () => {
  scene = await openBridgeScene();
  await scene.addUser('alice');
  await scene.addApplication();
});
afterAll(() => scene.close());

const metadata = async () => await (await fetch(scene.addresses.metadata)).text();
const certificates = async () => readIdentityProvider(await metadata()).signingCertificates;

test('[SAML V2.0 Metadata §3] the metadata are signed by the key in them, with their media type', async () => {
  const answer = await fetch(scene.addresses.metadata);
  expect(answer.headers.get('content-type')).toBe('application/samlmetadata+xml');
  const text = await answer.text();
  const root = parseMetadata(text);
  const signature = onlyChild(root, XMLDSIG, 'Signature');
  if (signature === undefined) throw new Error('the metadata are not signed');
  verifySignature(root, signature, await scene.signingKeys());
  expect(readIdentityProvider(text)).toMatchObject({ entityId: scene.addresses.metadata, wantsSignedRequests: false });
});

test('[S46] each account has its own key; an account that does not exist has none', async () => {
  const other = await (await fetch(scene.addresses.metadata.replace(ACCOUNT, '210987654321'))).text();
  const [own] = await certificates();
  expect(readIdentityProvider(other).signingCertificates).not.toContain(own);
  expect((await fetch(scene.addresses.metadata.replace(ACCOUNT, '000000000000'))).status).toBe(404);
});

test('the metadata are signed once a minute, and again at once if the keys change', async () => {
  const first = await metadata();
  expect(await metadata()).toBe(first);
  passTime(61_000);
  expect(await metadata()).not.toBe(first);
});

test('one process creates one first key of an account at a time', async () => {
  let inserted = 0;
  const own = (collection: Collection<SamlKey>): Collection<SamlKey> => ({
    ...collection,
    get: (...args) => collection.get(...args),
    find: (...args) => collection.find(...args),
    async insert(...args) {
      inserted++;
      await collection.insert(...args);
    },
  });
  const keys = openSamlKeys({ ...scene.keyParts, collection: own(scene.keyParts.collection) });
  const sets = await Promise.all(Array.from({ length: 4 }, () => keys.of('666666666666')));
  expect([new Set(sets.map(([{ keyId }]) => keyId)).size, inserted]).toEqual([1, 1]);
});

test('processes that create the first key at once agree on one', async () => {
  const account = '555555555555';
  const sets = await Promise.all(Array.from({ length: 4 }, () => scene.keys.of(account)));
  expect(new Set(sets.map(([{ keyId }]) => keyId)).size).toBe(1);
});

test('[S19] a key rolls over without an app that reads the metadata noticing: next, active, verifying, dropped', async () => {
  const signerOf = async () => {
    const page = await begin(scene, newBrowser(scene));
    const answer = await signIn(page);
    // Verified with the keys that are published at this time.
    await assertionOf(scene, answer);
    return (await scene.keys.of(ACCOUNT))[0].certificate;
  };
  const [first = ''] = await certificates();
  expect(await signerOf()).toBe(first);
  expect(await scene.keys.rollOver(ACCOUNT, (await scene.keys.of(ACCOUNT))[0].activeFrom + 7 * DAY)).toBe(true);
  expect(await scene.keys.rollOver(ACCOUNT, 0)).toBe(false);
  const published = await certificates();
  expect(published).toHaveLength(2);
  expect(await signerOf()).toBe(first);
  passTime(8 * DAY);
  const [second] = await certificates();
  expect(second).not.toBe(first);
  expect(await certificates()).toHaveLength(2);
  passTime(8 * DAY);
  expect(await certificates()).toEqual([second]);
});

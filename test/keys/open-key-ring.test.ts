import { generateKeyPair, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  createLocalJWKSet,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { systemRandom } from '../../src/kernel/random.ts';
import { dataKeys, rewrapDataKeys } from '../../src/keys/data-key.ts';
import { keyGenerations } from '../../src/keys/key-generation.ts';
import { generatePrivateKey, type MakePrivateKey } from '../../src/keys/key-slot.ts';
import { type OpenKeyRing, openKeyRing } from '../../src/keys/open-key-ring.ts';
import type { RotationSchedule } from '../../src/keys/rotation.ts';
import type { EmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { until } from '../support/until.ts';
import { movedClock, testStores } from './open-test-store.ts';

const DAY = 86_400_000;
const schedule: RotationSchedule = {
  rotateEveryMs: 30 * DAY,
  publishAheadMs: DAY,
  verifyForMs: { session: 2 * DAY, oidc: 14 * DAY, encryption: 14 * DAY },
};
const random = systemRandom();
const keyEncryptionKey = randomBytes(32);
const newStore = testStores();
/** For tests of the keys themselves. */
const NEW_KEYS = { makePrivateKey: generatePrivateKey };
const generate = promisify(generateKeyPair);
/** RSA keys too short to be used, which take a tenth of the time: for tests of when keys come and go. */
const shortRsaKeys: MakePrivateKey = async (slot, sequence) =>
  ['PS256', 'RS256', 'RSA-OAEP'].includes(slot.algorithm)
    ? (await generate('rsa', { modulusLength: 1024 })).privateKey
    : generatePrivateKey(slot, sequence);

function open(store: EmbeddedStore, clock = movedClock(), given = {}): Promise<OpenKeyRing> {
  return openKeyRing({
    collections: store.collections,
    feed: store.ephemeral,
    keyEncryptionKey,
    clock,
    random,
    schedule,
    makePrivateKey: shortRsaKeys,
    ...given,
  });
}

const jwksOf = (ring: OpenKeyRing) => createLocalJWKSet(ring.publicJwks() as unknown as JSONWebKeySet);

describe('the key ring', () => {
  test('an empty store gets a key of every algorithm, ES256 first', async () => {
    const ring = await open(await newStore(), movedClock(), NEW_KEYS);
    expect(ring.oidcSigningKeys().map(({ algorithm, stage, use }) => [algorithm, stage, use])).toEqual([
      ['ES256', 'active', 'oidc'],
      ['EdDSA', 'active', 'oidc'],
      ['PS256', 'active', 'oidc'],
      ['RS256', 'active', 'oidc'],
    ]);
    const session = ring.activeSessionKeys();
    expect([session.macKey.length, session.credentialKey.length]).toEqual([32, 32]);
    expect(session.macKey.equals(session.credentialKey)).toBe(false);
    expect(ring.sessionKeys(session.kid)?.macKey).toEqual(session.macKey);
    expect(ring.sessionKeys('unknown')).toBeUndefined();
    const signature = sign(null, Buffer.from('token'), session.privateKey);
    expect(verify(null, Buffer.from('token'), session.publicKey, signature)).toBe(true);
    ring.close();
  });

  test('[RFC 7517 §4] [RFC 7638] the published keys have kid, alg and use, and no private part', async () => {
    const ring = await open(await newStore(), movedClock(), NEW_KEYS);
    const { keys } = ring.publicJwks();
    expect(keys).toHaveLength(7);
    for (const key of keys) {
      expect(key).toMatchObject(
        key['use'] === 'enc' ? { kty: expect.stringMatching(/^(RSA|EC)$/) } : { use: 'sig', alg: expect.any(String) },
      );
      expect(key['kid']).toBe(await calculateJwkThumbprint(key as Parameters<typeof calculateJwkThumbprint>[0]));
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']) expect(key).not.toHaveProperty(secret);
    }
    ring.close();
  });

  test('tokens of every algorithm verify against the published keys', async () => {
    const ring = await open(await newStore(), movedClock(), NEW_KEYS);
    for (const { kid, algorithm, privateKey } of ring.oidcSigningKeys()) {
      const token = await new SignJWT({}).setProtectedHeader({ alg: algorithm, kid }).sign(privateKey);
      await expect(jwtVerify(token, jwksOf(ring))).resolves.toMatchObject({ protectedHeader: { kid } });
    }
    ring.close();
  });

  test('[RFC 7516 §5.1] the keys for encryption are published without alg, as each serves a family, and decrypt', async () => {
    const ring = await open(await newStore(), movedClock(), NEW_KEYS);
    const published = ring.publicJwks().keys.filter(({ use }) => use === 'enc');
    expect(ring.encryptionKeys().map(({ family, stage, kid }) => [family, stage, kid])).toEqual([
      ['RSA-OAEP', 'active', published[0]?.['kid']],
      ['ECDH-ES', 'active', published[1]?.['kid']],
    ]);
    for (const [index, alg] of ['RSA-OAEP-256', 'ECDH-ES+A256KW'].entries()) {
      expect(published[index]).not.toHaveProperty('alg');
      const encrypted = await new CompactEncrypt(Buffer.from('for the issuer'))
        .setProtectedHeader({ alg, enc: 'A256GCM' })
        .encrypt(await importJWK(published[index] as JWK, alg));
      const { plaintext } = await compactDecrypt(encrypted, ring.encryptionKeys()[index]?.privateKey as KeyObject);
      expect(Buffer.from(plaintext).toString()).toBe('for the issuer');
    }
    ring.close();
  });

  test('a reopened store has the same keys and secrets', async () => {
    const store = await newStore();
    const first = await open(store);
    const second = await open(store);
    expect(second.publicJwks()).toEqual(first.publicJwks());
    expect(second.activeSessionKeys().macKey).toEqual(first.activeSessionKeys().macKey);
    expect(second.secret('cookies')).toEqual(first.secret('cookies'));
    expect(second.sealer.open(first.sealer.seal(Buffer.from('s'), 'b'), 'b').toString()).toBe('s');
    first.close();
    second.close();
  });

  test('several processes that open an empty store concurrently get the same keys', async () => {
    const store = await newStore();
    const rings = await Promise.all(Array.from({ length: 4 }, () => open(store, movedClock(), NEW_KEYS)));
    const [first] = rings;
    for (const ring of rings) {
      expect(ring.publicJwks()).toEqual(first?.publicJwks());
      expect(ring.secret('x')).toEqual(first?.secret('x'));
      ring.close();
    }
    expect(await store.collections.open(dataKeys).count('key', [])).toBe(1);
    expect(await store.collections.open(keyGenerations).count('key', [])).toBe(7);
  });

  test('secrets are 32 bytes, one per purpose', async () => {
    const ring = await open(await newStore());
    expect(ring.secret('cookies')).toHaveLength(32);
    expect(ring.secret('cookies').equals(ring.secret('csrf'))).toBe(false);
    ring.close();
  });

  test('[S19] nothing in the store holds a private key or a secret in the clear', async () => {
    const store = await newStore();
    const ring = await open(store);
    const { items } = await store.collections.open(keyGenerations).find('key', []);
    const text = JSON.stringify([items, (await store.collections.open(dataKeys).find('key', [])).items]);
    for (const { privateKey } of ring.oidcSigningKeys()) {
      const { d } = privateKey.export({ format: 'jwk' });
      expect(text).not.toContain(d);
    }
    const der = ring.activeSessionKeys().privateKey.export({ type: 'pkcs8', format: 'der' });
    expect(text).not.toContain(der.toString('base64url').slice(-40));
    expect(text).not.toContain(ring.activeSessionKeys().macKey.toString('base64url'));
    ring.close();
  });
});

describe('rotation', () => {
  test('[S19] a key is published a day ahead, signs for 30 days, verifies for its time, and is dropped', async () => {
    const store = await newStore();
    const clock = movedClock();
    const ring = await open(store, clock);
    const [first] = ring.oidcSigningKeys();
    const kid = first?.kid ?? '';
    const stagesOf = () => {
      const es256 = ring.oidcSigningKeys().filter(({ algorithm }) => algorithm === 'ES256');
      return Object.fromEntries(es256.map((key) => [key.kid === kid ? 'first' : 'second', key.stage]));
    };
    const published = () => ring.publicJwks().keys.some((key) => key['kid'] === kid);

    clock.pass(29 * DAY - 1);
    await ring.maintain();
    expect(stagesOf()).toEqual({ first: 'active' });
    clock.pass(1);
    await ring.maintain();
    expect(stagesOf()).toEqual({ first: 'active', second: 'next' });
    expect(ring.publicJwks().keys).toHaveLength(14);
    expect(ring.oidcSigningKeys().map(({ stage }) => stage)).toEqual([
      ...Array(4).fill('active'),
      ...Array(4).fill('next'),
    ]);
    // The stage changes by the clock alone, without another look at the store.
    clock.pass(DAY);
    expect(stagesOf()).toEqual({ first: 'verifying', second: 'active' });
    clock.pass(14 * DAY - 1);
    expect([stagesOf(), published()]).toEqual([{ first: 'verifying', second: 'active' }, true]);
    clock.pass(1);
    expect([stagesOf(), published()]).toEqual([{ second: 'active' }, false]);
    await ring.maintain();
    expect(await store.collections.open(keyGenerations).get([kid])).toBeUndefined();
    ring.close();
  });

  test('[S19] under use: whatever was signed verifies in every process for its lifetime', async () => {
    const store = await newStore();
    const clock = movedClock();
    const signer = await open(store, clock);
    const verifier = await open(store, clock);
    const life = 1.5 * DAY;
    const signed: { readonly kid: string; readonly until: number }[] = [];
    for (let step = 0; step < 200; step++) {
      signed.push({ kid: signer.activeSessionKeys().kid, until: clock.now() + life });
      clock.pass(DAY / 2);
      await (step % 2 === 0 ? signer : verifier).maintain();
      for (const { kid, until } of signed.slice(-5))
        if (clock.now() < until) expect(verifier.sessionKeys(kid)).toBeDefined();
    }
    expect(new Set(signed.map(({ kid }) => kid)).size).toBeGreaterThanOrEqual(4);
    signer.close();
    verifier.close();
  });

  test('[S19] processes that rotate concurrently agree on one new key', async () => {
    const store = await newStore();
    const clock = movedClock();
    const rings = await Promise.all(Array.from({ length: 3 }, () => open(store, clock)));
    clock.pass(29.5 * DAY);
    await Promise.all(rings.map((ring) => ring.maintain()));
    expect(await store.collections.open(keyGenerations).count('key', [])).toBe(14);
    clock.pass(DAY);
    const [active, ...others] = rings.map((ring) => ring.activeSessionKeys().kid);
    expect(others.every((kid) => kid === active)).toBe(true);
    for (const ring of rings) ring.close();
  });

  test('a rotation ahead of schedule reaches the other process, which notifies its listeners', async () => {
    const store = await newStore();
    const clock = movedClock();
    const [one, other] = [await open(store, clock), await open(store, clock)];
    const before = one.activeSessionKeys().kid;
    let told = 0;
    other.onChange(() => told++);
    await one.rotate({ use: 'session' });
    // It may first be told of the keys that were made when the store was new.
    await until(() => told > 0 && other.publicJwks().keys.length === one.publicJwks().keys.length);
    expect(other.activeSessionKeys().kid).toBe(before);
    clock.pass(2_000);
    expect(other.activeSessionKeys().kid).not.toBe(before);
    expect(other.activeSessionKeys().kid).toBe(one.activeSessionKeys().kid);
    expect(other.sessionKeys(before)).toBeDefined();
    one.close();
    other.close();
  });

  test('without a feed, a process learns of new keys by polling', async () => {
    const store = await newStore();
    const clock = movedClock();
    const one = await open(store, clock);
    const other = await openKeyRing({ collections: store.collections, keyEncryptionKey, clock, random, schedule });
    await one.rotate({ leadMs: 0 });
    await other.maintain();
    expect(other.publicJwks()).toEqual(one.publicJwks());
    one.close();
    other.close();
  });

  test('[S19] dropping the previous keys invalidates at once, in each process, what they signed', async () => {
    const store = await newStore();
    const clock = movedClock();
    const [one, other] = [await open(store, clock), await open(store, clock)];
    const former = one.activeSessionKeys().kid;
    const published = one.publicJwks().keys.map(({ kid }) => kid);
    await one.rotate({ dropFormer: true });
    await until(() => other.sessionKeys(former) === undefined);
    for (const ring of [one, other]) {
      expect(ring.sessionKeys(former)).toBeUndefined();
      expect(ring.activeSessionKeys().kid).not.toBe(former);
      expect(ring.publicJwks().keys).toHaveLength(7);
      expect(ring.publicJwks().keys.filter(({ kid }) => published.includes(kid))).toEqual([]);
      ring.close();
    }
  });

  test('a listener that throws does not prevent the change of keys', async () => {
    const faults: unknown[] = [];
    const ring = await open(await newStore(), movedClock(), { onFault: (fault: unknown) => faults.push(fault) });
    ring.onChange(() => {
      throw new Error('a fault of the listener');
    });
    await ring.rotate({ leadMs: 0 });
    expect(faults).toHaveLength(1);
    ring.close();
  });
});

describe('data keys', () => {
  test('a new data key seals after 15 seconds; what was sealed before still opens', async () => {
    const store = await newStore();
    const clock = movedClock();
    const ring = await open(store, clock);
    const old = ring.sealer.seal(Buffer.from('secret'), 'a');
    await ring.rotateDataKey();
    const idOf = (sealed: string) => sealed.split('.')[1];
    expect(idOf(ring.sealer.seal(Buffer.from('secret'), 'a'))).toBe(idOf(old));
    clock.pass(15_000);
    expect(idOf(ring.sealer.seal(Buffer.from('secret'), 'a'))).not.toBe(idOf(old));
    expect(ring.sealer.open(old, 'a').toString()).toBe('secret');
    ring.close();
  });

  test('a wrong key-encryption key prevents the start and identifies the expected key without showing it', async () => {
    const store = await newStore();
    (await open(store)).close();
    const wrong = randomBytes(32);
    const opening = open(store, movedClock(), { keyEncryptionKey: wrong });
    await expect(opening).rejects.toThrow(/is not the one that this store was made with/);
    await expect(opening).rejects.not.toThrow(wrong.toString('hex'));
    await expect(open(store, movedClock(), { keyEncryptionKey: wrong.subarray(1) })).rejects.toThrow(/32 bytes/);
  });

  test('everything opens under a new key-encryption key, and nothing under the old one', async () => {
    const store = await newStore();
    const ring = await open(store);
    const sealed = ring.sealer.seal(Buffer.from('secret'), 'a');
    const renewed = randomBytes(32);
    const rewrapping = { from: keyEncryptionKey, to: renewed, random };
    expect(await rewrapDataKeys(store.collections, rewrapping)).toBe(1);
    expect(await rewrapDataKeys(store.collections, rewrapping)).toBe(1);
    ring.close();
    await expect(open(store)).rejects.toThrow(/is not the one/);
    const reopened = await open(store, movedClock(), { keyEncryptionKey: renewed });
    expect(reopened.sealer.open(sealed, 'a').toString()).toBe('secret');
    expect(reopened.publicJwks()).toEqual(ring.publicJwks());
    reopened.close();
  });

  test('are all left unchanged if one opens under neither key', async () => {
    const store = await newStore();
    const ring = await open(store);
    await ring.rotateDataKey();
    ring.close();
    const before = (await store.collections.open(dataKeys).find('key', [])).items;
    expect(before).toHaveLength(2);
    const rewrapping = { from: randomBytes(32), to: randomBytes(32), random };
    await expect(rewrapDataKeys(store.collections, rewrapping)).rejects.toThrow(
      /is not the one that this store was made with/,
    );
    expect((await store.collections.open(dataKeys).find('key', [])).items).toEqual(before);
  });
});

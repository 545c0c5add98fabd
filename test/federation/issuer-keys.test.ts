import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { issuerKeys } from '../../src/federation/issuer-keys.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openKeyRing } from '../../src/keys/open-key-ring.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { firstRsaKeysKept } from '../support/signing-keys.ts';

test('only the server’s own issuer, under its exact URL, has keys', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
  const { collections, close } = await openEmbeddedStore({ directory, clock: systemClock });
  const keyRing = await openKeyRing({
    collections,
    keyEncryptionKey: Buffer.alloc(32, 7),
    clock: systemClock,
    random: systemRandom(),
    makePrivateKey: firstRsaKeysKept,
  });
  try {
    const keysOf = issuerKeys(keyRing, 'https://id.example/oidc');
    await expect(keysOf('https://id.example/oidc')).resolves.toBeInstanceOf(Function);
    for (const other of ['http://id.example/oidc', 'https://id.example/oidc/', 'https://elsewhere.example']) {
      await expect(keysOf(other)).rejects.toMatchObject({ code: 'IDPCommunicationError' });
    }
  } finally {
    keyRing.close();
    await close();
    await rm(directory, { recursive: true });
  }
});

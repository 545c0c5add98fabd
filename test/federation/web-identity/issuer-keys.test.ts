import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { issuerKeys } from '../../../src/federation/web-identity/issuer-keys.ts';
import type { IssuerKeys } from '../../../src/federation/web-identity/key-cache.ts';
import { TokenFault } from '../../../src/federation/web-identity/token-fault.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { openKeyRing } from '../../../src/keys/open-key-ring.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';
import { firstRsaKeysKept } from '../../support/signing-keys.ts';

test('only the server’s own issuer, under its exact URL, has the keys of the key ring', async () => {
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
    const asked: string[] = [];
    const others: IssuerKeys = {
      of: async (issuer) => {
        asked.push(issuer);
        throw new TokenFault('keys', 'none');
      },
      newerThan: async () => undefined,
    };
    const keys = issuerKeys(keyRing, 'https://id.example/oidc', others);
    const own = await keys.of('https://id.example/oidc');
    await expect(keys.newerThan('https://id.example/oidc', own)).resolves.toBeUndefined();
    expect(asked).toEqual([]);
    for (const other of ['http://id.example/oidc', 'https://id.example/oidc/', 'https://elsewhere.example']) {
      await expect(keys.of(other)).rejects.toMatchObject({ check: 'keys' });
      expect(asked).toContain(other);
    }
  } finally {
    keyRing.close();
    await close();
    await rm(directory, { recursive: true });
  }
});

import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import type { Account } from '../../src/identity/documents/account.ts';
import type { BreachedPasswords } from '../../src/identity/passwords/breached-passwords.ts';
import { openPasswords, type Passwords } from '../../src/identity/passwords/passwords.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { type Random, systemRandom } from '../../src/kernel/random.ts';
import { type OpenKeyRing, openKeyRing } from '../../src/keys/open-key-ring.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { closedWithTheFile } from './leftovers.ts';
import { firstRsaKeysKept } from './signing-keys.ts';

/** What a test of rules about identities stands on: an embedded store of its own, in a temporary directory, and what is made of it. */
export interface OpenIdentities {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly identities: IdentityStore;
  /** With cheap hashes: what they are worth is tested where they are made. */
  readonly passwords: Passwords;
  readonly random: Random;
  /** Opens the key ring, closed with the rest. `feed`: where changes of keys are announced. */
  openKeys(feed?: Ephemeral): Promise<OpenKeyRing>;
  /** Adds an account. `root` are the members of its root user that differ from one who cannot sign in. */
  addAccount(accountId: string, root?: Partial<Account['root']>, rest?: Partial<Account>): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  readonly clock?: Clock;
  /** What identities are looked up in, made of the store's collections. */
  readonly between?: (collections: CollectionStore) => CollectionStore;
  /** What new passwords are compared with. */
  readonly breached?: BreachedPasswords;
}

export async function openIdentities({
  clock = systemClock,
  between = (own) => own,
  breached,
}: Options = {}): Promise<OpenIdentities> {
  const directory = temporaryDirectory();
  const { collections, ephemeral, close } = await openEmbeddedStore({ directory: directory.path, clock });
  const identities = openIdentityStore(between(collections));
  const passwords = openPasswords({ size: 2, parameters: { memoryCost: 64, timeCost: 1, parallelism: 1 }, breached });
  const random = systemRandom();
  let keys: OpenKeyRing | undefined;
  return {
    collections,
    ephemeral,
    identities,
    passwords,
    random,
    async openKeys(feed) {
      const keyEncryptionKey = Buffer.alloc(32, 7);
      const makePrivateKey = firstRsaKeysKept;
      const options = { collections, keyEncryptionKey, clock, random, makePrivateKey };
      keys = await openKeyRing(feed === undefined ? options : { ...options, feed });
      return keys;
    },
    async addAccount(accountId, root = {}, rest = {}) {
      const createdAt = clock.now();
      const email = `root-${accountId}@example.com`;
      const nobody = { email, passwordHash: 'none', passwordChangedAt: createdAt, accessKeys: [], mfaDevices: [] };
      await identities.accounts.insert({ accountId, createdAt, root: { ...nobody, ...root }, ...rest });
    },
    close: closedWithTheFile(async () => {
      keys?.close();
      await passwords.close();
      await close();
      directory.remove();
    }),
  };
}

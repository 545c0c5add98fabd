import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyStage, Sealer } from '../../keys/key-ring.ts';
import { publicJwk, thumbprint } from '../../keys/public-jwk.ts';
import { DEFAULT_SCHEDULE, nextActiveFrom, stageOf } from '../../keys/rotation.ts';
import { type Collection, DuplicateKeyError } from '../../ports/collections.ts';
import type { OutboundKey } from '../documents/account-keys/outbound-key.ts';

export type OutboundAlgorithm = OutboundKey['algorithm'];

/** A key that signs now. */
export interface OutboundSigner {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

export interface OutboundJwks {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** The keys of the accounts' outbound federation. They rotate when they are used: an account that needs none gets none. */
export interface OutboundKeys {
  /** The key that signs now; the first time, it is created. */
  signer(accountId: string, algorithm: OutboundAlgorithm): Promise<OutboundSigner>;
  /** The public keys of all stages (RFC 7517 §5). */
  jwks(accountId: string): Promise<OutboundJwks>;
}

interface Dependencies {
  readonly collection: Collection<OutboundKey>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

const ALGORITHMS: readonly OutboundAlgorithm[] = ['RS256', 'ES384'];
/** A key stays published for this long after its last signature: tokens live for an hour, caches of key sets for a day. */
const VERIFY_FOR = 2 * 86_400_000;
/** More keys than an account will ever have at once. */
const ALL = 1000;
const MOST_OPEN = 1000;

const generate = promisify(generateKeyPair);
/** In the thread pool: RSA would block the event loop for too long. */
const GENERATE: Readonly<Record<OutboundAlgorithm, () => Promise<KeyObject>>> = {
  RS256: async () => (await generate('rsa', { modulusLength: 2048 })).privateKey,
  ES384: async () => (await generate('ec', { namedCurve: 'P-384' })).privateKey,
};

const boundTo = ({ accountId, keyId }: Pick<OutboundKey, 'accountId' | 'keyId'>): string =>
  `outbound signing key ${accountId} ${keyId}`;

/** Removes the keys of all accounts, after one has leaked. Each account gets new ones when it needs them. */
export async function dropOutboundKeys(collection: Collection<OutboundKey>): Promise<void> {
  for (;;) {
    const { items } = await collection.find('key', [], { limit: ALL });
    if (items.length === 0) return;
    await Promise.all(items.map(({ accountId, keyId }) => collection.remove([accountId, keyId])));
  }
}

export function openOutboundKeys({ collection, sealer, clock }: Dependencies): OutboundKeys {
  const opened = new BoundedCache<string, KeyObject>(MOST_OPEN);
  /** Keys that are being created: anyone may ask for the key set, and generating one takes a processor for long. */
  const creating = new Map<string, Promise<void>>();

  const stored = async (accountId: string, algorithm: OutboundAlgorithm): Promise<readonly OutboundKey[]> =>
    (await collection.find('bySequence', [accountId, algorithm], { limit: ALL })).items;

  function open(key: OutboundKey): KeyObject {
    const known = opened.get(key.keyId);
    if (known !== undefined) return known;
    const der = sealer.open(key.sealedKey, boundTo(key));
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    der.fill(0);
    opened.set(key.keyId, privateKey);
    return privateKey;
  }

  async function add(next: Pick<OutboundKey, 'accountId' | 'algorithm' | 'sequence' | 'activeFrom'>): Promise<void> {
    const { accountId, algorithm } = next;
    const privateKey = await GENERATE[algorithm]();
    const keyId = thumbprint(createPublicKey(privateKey));
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    const sealedKey = sealer.seal(der, boundTo({ accountId, keyId }));
    der.fill(0);
    try {
      await collection.insert({ ...next, keyId, createdAt: clock.now(), sealedKey });
    } catch (error) {
      // Another process was faster: its key counts.
      if (!(error instanceof DuplicateKeyError)) throw error;
    }
  }

  async function addOnce(next: Parameters<typeof add>[0]): Promise<void> {
    const slot = `${next.accountId}/${next.algorithm}`;
    const begun = creating.get(slot);
    if (begun !== undefined) return await begun;
    const adding = add(next).finally(() => creating.delete(slot));
    creating.set(slot, adding);
    await adding;
  }

  const stagesOf = (keys: readonly OutboundKey[]): readonly { key: OutboundKey; stage: KeyStage | undefined }[] =>
    keys.map((key, index) => ({ key, stage: stageOf(keys, index, { now: clock.now(), verifyForMs: VERIFY_FOR }) }));

  /** The keys with their stages, after those that are due have been created and those that are over removed. */
  async function maintained(accountId: string, algorithm: OutboundAlgorithm) {
    const keys = await stored(accountId, algorithm);
    const activeFrom = nextActiveFrom(keys, clock.now(), DEFAULT_SCHEDULE);
    if (activeFrom === undefined) return stagesOf(keys);
    const sequence = (keys.at(-1)?.sequence ?? 0) + 1;
    await addOnce({ accountId, algorithm, sequence, activeFrom });
    const over = stagesOf(keys).filter(({ stage }) => stage === undefined);
    await Promise.all(over.map(({ key }) => collection.remove([accountId, key.keyId])));
    return stagesOf(await stored(accountId, algorithm));
  }

  return {
    async signer(accountId, algorithm) {
      const key = (await maintained(accountId, algorithm)).find(({ stage }) => stage === 'active')?.key;
      if (key === undefined) throw new Error(`the account ${accountId} has no key for outbound federation`);
      return { keyId: key.keyId, privateKey: open(key) };
    },
    async jwks(accountId) {
      const all = await Promise.all(ALGORITHMS.map((algorithm) => maintained(accountId, algorithm)));
      const published = all.flat().filter(({ stage }) => stage !== undefined);
      const jwkOf = ({ key }: { readonly key: OutboundKey }) =>
        publicJwk(createPublicKey(open(key)), key.keyId, { alg: key.algorithm, use: 'sig' });
      return { keys: published.map(jwkOf) };
    },
  };
}

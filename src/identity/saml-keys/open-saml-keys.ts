import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import { generateCertifiedKey } from '../../keys/certified-key.ts';
import type { KeyStage, Sealer } from '../../keys/key-ring.ts';
import { stageOf } from '../../keys/rotation.ts';
import { type Collection, DuplicateKeyError } from '../../ports/collections.ts';
import type { SamlKey } from '../documents/account-keys/saml-key.ts';

/** A key of an account's SAML identity provider, opened. */
export interface OpenedSamlKey extends Pick<SamlKey, 'keyId' | 'certificate' | 'createdAt' | 'activeFrom'> {
  readonly stage: KeyStage;
  /** Opening it is slow. */
  readonly privateKey: () => KeyObject;
}

/** The signing keys of an account, the active one first. */
export type SamlKeySet = readonly [OpenedSamlKey, ...OpenedSamlKey[]];

/** The keys with which accounts sign as SAML identity providers. */
export interface SamlKeys {
  /** The keys that are published. The first time, a key is created. */
  of(accountId: string): Promise<SamlKeySet>;
  /**
   * Adds the next key. It is published at once and signs from `activeFrom` on; the one before it stays published for a while.
   * @returns whether it did: there is at most one key that does not sign yet.
   */
  rollOver(accountId: string, activeFrom: number): Promise<boolean>;
}

interface SamlKeysDependencies {
  readonly collection: Collection<SamlKey>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** RSA, because some service providers know nothing else, and of a size that signs quickly. */
const MODULUS_LENGTH = 2048;
/** How long a key stays published after its last signature. Responses are valid for minutes; caches of metadata are not so strict. */
const VERIFY_FOR = 7 * 86_400_000;
/** More keys than an account will ever have at once. */
const ALL = 1000;
const MOST_OPEN = 1000;

const STAGE_ORDER: Readonly<Record<KeyStage, number>> = { active: 0, next: 1, verifying: 2 };

const boundTo = ({ accountId, keyId }: Pick<SamlKey, 'accountId' | 'keyId'>): string =>
  `saml signing key ${accountId} ${keyId}`;

export function openSamlKeys({ collection, sealer, clock }: SamlKeysDependencies): SamlKeys {
  const opened = new BoundedCache<string, KeyObject>(MOST_OPEN);

  const stored = async (accountId: string): Promise<readonly SamlKey[]> =>
    (await collection.find('bySequence', [accountId], { limit: ALL })).items;

  const open = (key: SamlKey): KeyObject => {
    const known = opened.get(key.keyId);
    if (known !== undefined) return known;
    const der = sealer.open(key.sealedKey, boundTo(key));
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    der.fill(0);
    opened.set(key.keyId, privateKey);
    return privateKey;
  };

  const staged = (keys: readonly SamlKey[]): readonly OpenedSamlKey[] =>
    keys
      .flatMap((key, index) => {
        const stage = stageOf(keys, index, { now: clock.now(), verifyForMs: VERIFY_FOR });
        const { keyId, certificate, createdAt, activeFrom } = key;
        return stage === undefined
          ? []
          : [{ keyId, certificate, createdAt, activeFrom, stage, privateKey: () => open(key) }];
      })
      .sort((a, b) => STAGE_ORDER[a.stage] - STAGE_ORDER[b.stage]);

  const add = async (accountId: string, { sequence, activeFrom }: Pick<SamlKey, 'sequence' | 'activeFrom'>) => {
    const now = clock.now();
    const commonName = `Rolecall SAML ${accountId}`;
    const { key, certificate } = await generateCertifiedKey({ commonName, modulusLength: MODULUS_LENGTH, now });
    const keyId = createHash('sha256').update(certificate, 'base64').digest('hex');
    const sealedKey = sealer.seal(key, boundTo({ accountId, keyId }));
    key.fill(0);
    try {
      await collection.insert({ accountId, keyId, sequence, createdAt: now, activeFrom, certificate, sealedKey });
      return true;
    } catch (error) {
      // Another process was faster: its key counts.
      if (error instanceof DuplicateKeyError) return false;
      throw error;
    }
  };

  /** First keys that are being created. Generating one takes a processor for long, and anyone may ask for the metadata. */
  const creating = new Map<string, Promise<void>>();
  const addFirst = async (accountId: string): Promise<void> => {
    const begun = creating.get(accountId);
    if (begun !== undefined) return await begun;
    const adding = add(accountId, { sequence: 1, activeFrom: clock.now() }).then(() => {});
    creating.set(accountId, adding);
    try {
      await adding;
    } finally {
      creating.delete(accountId);
    }
  };

  const of = async (accountId: string): Promise<SamlKeySet> => {
    const [active, ...others] = staged(await stored(accountId));
    if (active !== undefined) return [active, ...others];
    await addFirst(accountId);
    const [created] = staged(await stored(accountId));
    if (created === undefined) throw new Error(`the account ${accountId} has no SAML signing key`);
    return [created];
  };

  return {
    of,
    async rollOver(accountId, activeFrom) {
      const keys = await of(accountId);
      if (keys.some(({ stage }) => stage === 'next')) return false;
      const all = await stored(accountId);
      const published = new Set(keys.map(({ keyId }) => keyId));
      for (const { keyId } of all) if (!published.has(keyId)) await collection.remove([accountId, keyId]);
      return await add(accountId, { sequence: (all.at(-1)?.sequence ?? 0) + 1, activeFrom });
    },
  };
}

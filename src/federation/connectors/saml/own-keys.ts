import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { generateCertifiedKey } from '../../../keys/certified-key.ts';
import type { RollOverStep } from '../connector-kind.ts';

/** RSA, because many providers know nothing else. */
const MODULUS_LENGTH = 3072;
/** More would only make the metadata longer. */
const MOST_KEYS = 2;

const keyShape = z.object({
  /** PKCS #8, DER in base64. */
  key: z.string(),
  /** DER in base64. */
  certificate: z.string(),
});
type StoredKey = z.infer<typeof keyShape>;
/** The first ones are in use. The others are published and still decrypt, for a roll-over. */
const keysShape = z.object({ signing: z.array(keyShape).min(1), encryption: z.array(keyShape).min(1) });
type StoredKeys = z.infer<typeof keysShape>;

export interface OwnKey {
  readonly privateKey: KeyObject;
  /** DER in base64. */
  readonly certificate: string;
}

/** The keys of a connector's service provider. The first one of each list is in use. */
export interface OwnKeys {
  readonly signing: readonly [OwnKey, ...OwnKey[]];
  readonly encryption: readonly [OwnKey, ...OwnKey[]];
}

/** Generates the keys of a service provider, as the text that is sealed. */
export async function generateOwnKeys(name: string, now: number): Promise<string> {
  const [signing, encryption] = await Promise.all([generateKey(name, now), generateKey(name, now)]);
  return JSON.stringify({ signing: [signing], encryption: [encryption] } satisfies StoredKeys);
}

/**
 * A step of a roll-over. `begin` adds new keys: they are published, while the old ones stay in use. `finish` drops the old ones, after the
 * provider has read the metadata again.
 */
export async function rollOver(
  secret: string,
  step: RollOverStep,
  { name, now }: { readonly name: string; readonly now: number },
): Promise<string> {
  const { signing, encryption } = keysShape.parse(JSON.parse(secret));
  const change = async (keys: readonly StoredKey[]): Promise<readonly StoredKey[]> => {
    if (step === 'finish') return keys.slice(-1);
    return keys.length >= MOST_KEYS ? keys : [...keys, await generateKey(name, now)];
  };
  return JSON.stringify({ signing: await change(signing), encryption: await change(encryption) });
}

export function readOwnKeys(secret: string): OwnKeys {
  const { signing, encryption } = keysShape.parse(JSON.parse(secret));
  const open = ({ key, certificate }: StoredKey): OwnKey => ({
    privateKey: createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' }),
    certificate,
  });
  return {
    signing: signing.map(open) as [OwnKey, ...OwnKey[]],
    encryption: encryption.map(open) as [OwnKey, ...OwnKey[]],
  };
}

async function generateKey(commonName: string, now: number): Promise<StoredKey> {
  const { key, certificate } = await generateCertifiedKey({ commonName, modulusLength: MODULUS_LENGTH, now });
  return { key: key.toString('base64'), certificate };
}

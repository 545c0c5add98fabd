import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '../kernel/random.ts';
import type { EncryptionKey, SigningKey } from './key-ring.ts';

const generate = promisify(generateKeyPair);

/** What keys are used for: to sign tokens of one kind, or to decrypt what clients send to the OIDC issuer. */
export type KeyUse = SigningKey['use'] | 'encryption';

/** A series of keys that succeed each other: what they are used for, and how a new one is made. */
export interface KeySlot {
  readonly name: string;
  readonly use: KeyUse;
  readonly algorithm: SigningKey['algorithm'] | EncryptionKey['family'];
  /** Number of secret bytes that a generation has in addition to its key pair. */
  readonly extraBytes: number;
}

/** Generates the private key of a slot's generation. The slot's first generation has sequence 1. */
export type MakePrivateKey = (slot: KeySlot, sequence: number) => Promise<KeyObject>;

// Generate key pairs in the thread pool, because RSA would block the event loop for too long.
const ed25519 = async () => (await generate('ed25519')).privateKey;
const p256 = async () => (await generate('ec', { namedCurve: 'P-256' })).privateKey;
const rsa2048 = async () => (await generate('rsa', { modulusLength: 2048 })).privateKey;
const BY_ALGORITHM: Readonly<Record<KeySlot['algorithm'], () => Promise<KeyObject>>> = {
  ES256: p256,
  EdDSA: ed25519,
  PS256: rsa2048,
  RS256: rsa2048,
  'RSA-OAEP': rsa2048,
  'ECDH-ES': p256,
};

export const generatePrivateKey: MakePrivateKey = ({ algorithm }) => BY_ALGORITHM[algorithm]();

/** The keys of session tokens: the key pair, and the MAC key and the credential key with 32 bytes each. */
export const SESSION_SLOT: KeySlot = {
  name: 'session',
  use: 'session',
  algorithm: 'EdDSA',
  extraBytes: 64,
};

/** All slots. Of the OIDC issuer's slots, the one of the default algorithm comes first. */
export const KEY_SLOTS: readonly KeySlot[] = [
  SESSION_SLOT,
  { name: 'oidc-ES256', use: 'oidc', algorithm: 'ES256', extraBytes: 0 },
  { name: 'oidc-EdDSA', use: 'oidc', algorithm: 'EdDSA', extraBytes: 0 },
  { name: 'oidc-PS256', use: 'oidc', algorithm: 'PS256', extraBytes: 0 },
  { name: 'oidc-RS256', use: 'oidc', algorithm: 'RS256', extraBytes: 0 },
  { name: 'oidc-RSA-OAEP', use: 'encryption', algorithm: 'RSA-OAEP', extraBytes: 0 },
  { name: 'oidc-ECDH-ES', use: 'encryption', algorithm: 'ECDH-ES', extraBytes: 0 },
];

/** The secret of a new generation, to be sealed: the extra bytes, then the private key (PKCS #8). */
export function secretOf(slot: KeySlot, privateKey: KeyObject, random: Random): Buffer {
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  return Buffer.concat([random.bytes(slot.extraBytes), der]);
}

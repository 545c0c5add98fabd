import type { KeyObject } from 'node:crypto';

/** Seals secrets at rest: AES-256-GCM under a data key, which is itself sealed under the key-encryption key. */
export interface Sealer {
  /** `boundTo` names what the secret belongs to (such as an access key id). Opening it under another name fails. */
  seal(secret: Uint8Array, boundTo: string): string;
  /** @throws {Error} if the text was changed, belongs to something else, or its key is gone. */
  open(sealed: string, boundTo: string): Buffer;
}

/** The stage of a key: published in advance, in use, or only kept to verify what it signed. */
export type KeyStage = 'next' | 'active' | 'verifying';

/** A key that signs tokens, which others verify with the JWKS. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: 'EdDSA' | 'ES256' | 'PS256' | 'RS256';
  readonly use: 'session' | 'oidc';
  readonly stage: KeyStage;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A key with which clients encrypt what they send to the OIDC issuer (RFC 7516). Keys of all stages decrypt. */
export interface EncryptionKey {
  readonly kid: string;
  /** The algorithms that it serves (RFC 7518 §4.3, §4.6): all of the family. */
  readonly family: 'RSA-OAEP' | 'ECDH-ES';
  readonly stage: KeyStage;
  readonly privateKey: KeyObject;
}

/** One generation of the keys for temporary credentials; `kid` is that of its EdDSA signing key. */
export interface SessionKeys {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** 32 bytes: the key of the MAC by which this server recognises its own session tokens. */
  readonly macKey: Buffer;
  /** 32 bytes, from which the secrets of temporary access keys are derived. */
  readonly credentialKey: Buffer;
}

/** All keys of the installation, kept in memory and reloaded when they rotate. */
export interface KeyRing {
  readonly sealer: Sealer;
  /** The generation used for new session tokens. */
  activeSessionKeys(): SessionKeys;
  /** The generation with a session token's `kid`; `undefined` if it is unknown or dropped. */
  sessionKeys(kid: string): SessionKeys | undefined;
  /** The keys of the OIDC issuer, active ones first, including private keys. */
  oidcSigningKeys(): readonly SigningKey[];
  /** The keys that decrypt what clients send to the OIDC issuer, active ones first, including private keys. */
  encryptionKeys(): readonly EncryptionKey[];
  /** Every public key (all stages; for signatures and for encryption) as a JWK set for publication. */
  publicJwks(): { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** A 32-byte secret per purpose (cookie signing, pairwise subjects, CSRF), which never changes during the life of the installation. */
  secret(purpose: string): Buffer;
  /** Calls `listener` after the keys have changed (by rotation, here or in another process). Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void;
}

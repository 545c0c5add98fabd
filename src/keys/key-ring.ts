import type { KeyObject } from 'node:crypto';

/** Seals secrets at rest: AES-256-GCM under a data key, which is itself sealed under the key-encryption key. */
export interface Sealer {
  /** `boundTo` names what the secret belongs to (an access key id); opening under another name fails. */
  seal(secret: Uint8Array, boundTo: string): string;
  /** @throws {Error} where the text was changed, belongs to something else, or its key is gone. */
  open(sealed: string, boundTo: string): Buffer;
}

/** Where a key is on its way: published ahead, in use, kept to verify what it signed, gone. */
export type KeyStage = 'next' | 'active' | 'verifying';

/** A key that signs tokens for others to check by the JWKS. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: 'EdDSA' | 'ES256' | 'PS256' | 'RS256';
  readonly use: 'session' | 'oidc';
  readonly stage: KeyStage;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** One generation of the keys behind temporary credentials; `kid` is that of its EdDSA signing key. */
export interface SessionKeys {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** 32 bytes: the MAC by which this server knows its own session tokens. */
  readonly macKey: Buffer;
  /** 32 bytes: from which the secrets of temporary access keys are derived. */
  readonly credentialKey: Buffer;
}

/** All keys of the installation, held in memory, reloaded when they rotate. */
export interface KeyRing {
  readonly sealer: Sealer;
  /** The generation that new session tokens are made with. */
  activeSessionKeys(): SessionKeys;
  /** The generation of a session token's `kid`; `undefined` where it is unknown or dropped. */
  sessionKeys(kid: string): SessionKeys | undefined;
  /** The keys of the OIDC issuer, active ones first, private parts included. */
  oidcSigningKeys(): readonly SigningKey[];
  /** Every public key (all stages, sessions and OIDC) as a JWK set, for publishing. */
  publicJwks(): { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** 32 bytes that stay the same for the life of the installation, one per purpose (cookie signing, pairwise subjects, CSRF). */
  secret(purpose: string): Buffer;
  /** Calls back after the keys have changed (rotation here or in another process). Returns the way to stop. */
  onChange(hear: () => void): () => void;
}

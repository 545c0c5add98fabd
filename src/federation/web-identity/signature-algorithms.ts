import { constants, type KeyObject, verify } from 'node:crypto';

/** How `node:crypto` verifies signatures of one algorithm. */
export interface VerifyOptions {
  /** `null` if the algorithm itself hashes. */
  readonly hash: string | null;
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: 'ieee-p1363';
}

/** A signature algorithm of ID tokens (RFC 7518 §3.1, RFC 8037): the keys that it takes, and how it verifies. */
export interface SignatureAlgorithm {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  /** The curve, for keys that have one. */
  readonly crv?: string;
  readonly options: VerifyOptions;
}

function rsa(hash: string, padding: number): SignatureAlgorithm {
  return { kty: 'RSA', options: { hash, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } };
}

function ecdsa(hash: string, crv: string): SignatureAlgorithm {
  return { kty: 'EC', crv, options: { hash, dsaEncoding: 'ieee-p1363' } };
}

const ED25519: SignatureAlgorithm = { kty: 'OKP', crv: 'Ed25519', options: { hash: null } };

/** Every accepted algorithm; never `none` or a symmetric one (RFC 8725 §3.1). */
export const SIGNATURE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['RS256', rsa('sha256', constants.RSA_PKCS1_PADDING)],
  ['RS384', rsa('sha384', constants.RSA_PKCS1_PADDING)],
  ['RS512', rsa('sha512', constants.RSA_PKCS1_PADDING)],
  ['PS256', rsa('sha256', constants.RSA_PKCS1_PSS_PADDING)],
  ['PS384', rsa('sha384', constants.RSA_PKCS1_PSS_PADDING)],
  ['PS512', rsa('sha512', constants.RSA_PKCS1_PSS_PADDING)],
  ['ES256', ecdsa('sha256', 'P-256')],
  ['ES384', ecdsa('sha384', 'P-384')],
  ['ES512', ecdsa('sha512', 'P-521')],
  ['EdDSA', ED25519],
  ['Ed25519', ED25519],
]);

/** A public key and how to verify with it, as the thread that verifies gets it. */
export interface VerificationKey extends VerifyOptions {
  readonly key: KeyObject;
}

/** Whether the signature of a token (RFC 7515 §7.1, compact) is valid. */
export function isValidSignature(token: string, { hash, ...key }: VerificationKey): boolean {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  return verify(hash, Buffer.from(token.slice(0, end), 'latin1'), key, signature);
}

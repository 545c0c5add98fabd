import { constants, type KeyObject, verify } from 'node:crypto';

/** A signature algorithm of ID tokens (RFC 7518 §3.1, RFC 8037): the keys that it takes, and how it verifies. */
export interface SignatureAlgorithm {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  /** The curve, for keys that have one. */
  readonly crv?: string;
  verifies(signed: Buffer, key: KeyObject, signature: Buffer): boolean;
}

function rsa(hash: string, padding: number): SignatureAlgorithm {
  const options = { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return { kty: 'RSA', verifies: (signed, key, signature) => verify(hash, signed, { key, ...options }, signature) };
}

function ecdsa(hash: string, crv: string): SignatureAlgorithm {
  return {
    kty: 'EC',
    crv,
    verifies: (signed, key, signature) => verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature),
  };
}

const ED25519: SignatureAlgorithm = {
  kty: 'OKP',
  crv: 'Ed25519',
  verifies: (signed, key, signature) => verify(null, signed, key, signature),
};

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

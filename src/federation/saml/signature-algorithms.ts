import { constants, createHash, type KeyObject, verify } from 'node:crypto';

/** One signature algorithm: the row has everything that is known of it. */
export interface SignatureAlgorithm {
  readonly uri: string;
  readonly hash: string;
  /** The only type of key that it may be used with, so that no signature is checked with a key of another kind. */
  readonly keyType: 'rsa' | 'ec';
  readonly isPss: boolean;
}

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const MORE_2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const rsa = (uri: string, hash: string): SignatureAlgorithm => ({ uri, hash, keyType: 'rsa', isPss: false });
const pss = (uri: string, hash: string): SignatureAlgorithm => ({ uri, hash, keyType: 'rsa', isPss: true });
const ec = (uri: string, hash: string): SignatureAlgorithm => ({ uri, hash, keyType: 'ec', isPss: false });

/** The accepted algorithms (RFC 9231). SHA-1, DSA and HMAC are not among them. */
export const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = [
  rsa(`${MORE}rsa-sha256`, 'sha256'),
  rsa(`${MORE}rsa-sha384`, 'sha384'),
  rsa(`${MORE}rsa-sha512`, 'sha512'),
  pss(`${MORE_2007}sha256-rsa-MGF1`, 'sha256'),
  pss(`${MORE_2007}sha384-rsa-MGF1`, 'sha384'),
  pss(`${MORE_2007}sha512-rsa-MGF1`, 'sha512'),
  ec(`${MORE}ecdsa-sha256`, 'sha256'),
  ec(`${MORE}ecdsa-sha384`, 'sha384'),
  ec(`${MORE}ecdsa-sha512`, 'sha512'),
];

/** The accepted digests, by URI. */
export const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  [`${MORE}sha384`, 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

/**
 * Whether a signature (base64) over text is valid. One that cannot be checked with the key is not. ECDSA signatures are r
 * and s side by side (RFC 9231 §2.3.6).
 */
export function verifyText(
  { hash, isPss }: SignatureAlgorithm,
  { text, key, signature }: { readonly text: string; readonly key: KeyObject; readonly signature: string },
): boolean {
  const how = isPss
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { key, dsaEncoding: 'ieee-p1363' as const };
  try {
    return verify(hash, Buffer.from(text), how, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** The digest of text, in base64. */
export function digestOf(hash: string, text: string): string {
  return createHash(hash).update(text, 'utf8').digest('base64');
}

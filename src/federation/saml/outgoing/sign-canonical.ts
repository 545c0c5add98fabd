import { constants, createHash, type KeyObject, sign } from 'node:crypto';
import { XMLDSIG, XMLENC } from '../namespaces.ts';
import { canonicalElement } from './canonical-element.ts';

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** How messages are signed with an RSA key (RFC 9231 §2.3). SHA-1 is not offered. */
export const CANONICAL_SIGNATURES = {
  RSA_SHA256: { hash: 'sha256', signature: `${MORE}rsa-sha256`, digest: `${XMLENC}sha256` },
  RSA_SHA384: { hash: 'sha384', signature: `${MORE}rsa-sha384`, digest: `${MORE}sha384` },
  RSA_SHA512: { hash: 'sha512', signature: `${MORE}rsa-sha512`, digest: `${XMLENC}sha512` },
} as const;
export type CanonicalSignature = keyof typeof CANONICAL_SIGNATURES;

export interface CanonicalSigning {
  /** RSA. */
  readonly privateKey: KeyObject;
  /** DER in base64. */
  readonly certificate: string;
  readonly algorithm: CanonicalSignature;
}

/** An element in its canonical form, cut where its signature belongs. */
export interface UnsignedElement {
  /** The value of its ID attribute. */
  readonly id: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Signs an element by an enveloped signature (SAML V2.0 Core §5.4). The element must be in its exclusive canonical form, and must not use
 * the prefix `ds` around the cut; then so is the result, and an element around it can be signed as well.
 */
export function signCanonical(
  element: UnsignedElement,
  { privateKey, certificate, algorithm }: CanonicalSigning,
): string {
  const { hash, signature, digest } = CANONICAL_SIGNATURES[algorithm];
  const { id, before, after } = element;
  const value = createHash(hash).update(before).update(after).digest('base64');
  const method = (name: string, uri: string): string =>
    canonicalElement(`ds:${name}`, { attributes: { Algorithm: uri } }, '');
  const plain = (name: string, content: string): string => canonicalElement(`ds:${name}`, {}, content);
  const transforms = plain(
    'Transforms',
    method('Transform', `${XMLDSIG}enveloped-signature`) + method('Transform', EXCLUSIVE),
  );
  const reference = canonicalElement(
    'ds:Reference',
    { attributes: { URI: `#${id}` } },
    transforms + method('DigestMethod', digest) + plain('DigestValue', value),
  );
  const signed = method('CanonicalizationMethod', EXCLUSIVE) + method('SignatureMethod', signature) + reference;
  const namespaces = { ds: XMLDSIG };
  // By itself, SignedInfo declares its namespace, which its parent declares in the message.
  const text = canonicalElement('ds:SignedInfo', { namespaces }, signed);
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
  const signatureValue = sign(hash, Buffer.from(text), key).toString('base64');
  const keyInfo = plain('KeyInfo', plain('X509Data', plain('X509Certificate', certificate)));
  const content = plain('SignedInfo', signed) + plain('SignatureValue', signatureValue) + keyInfo;
  return before + canonicalElement('ds:Signature', { namespaces }, content) + after;
}

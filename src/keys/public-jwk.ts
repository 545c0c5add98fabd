import { createHash, type KeyObject } from 'node:crypto';

/** The JWK members in a thumbprint, by key type, in the order that RFC 7638 §3.2 requires. */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** A key's id: the SHA-256 thumbprint of its public JWK (RFC 7638) in base64url. */
export function thumbprint(publicKey: KeyObject): string {
  const jwk = publicKey.export({ format: 'jwk' });
  const members = THUMBPRINT_MEMBERS[jwk.kty ?? ''];
  if (members === undefined) throw new TypeError(`no thumbprint is defined for keys of type ${jwk.kty}`);
  const canonical = JSON.stringify(Object.fromEntries(members.map((member) => [member, jwk[member]])));
  return createHash('sha256').update(canonical).digest('base64url');
}

/** The published form of a public key (RFC 7517). A `KeyObject` of type `public` contains no private key that could leak. */
export function publicJwk(
  publicKey: KeyObject,
  kid: string,
  { alg, use }: { readonly alg?: string; readonly use: 'sig' | 'enc' },
): Readonly<Record<string, unknown>> {
  if (publicKey.type !== 'public') throw new TypeError('only public keys are published');
  return { ...publicKey.export({ format: 'jwk' }), kid, ...(alg !== undefined && { alg }), use };
}

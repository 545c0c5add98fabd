import { randomUUID } from 'node:crypto';
import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Installation } from '../installation.ts';

/** A client that signs with keys of its own, and decrypts what is for it. */
export interface KeyHolder {
  /** What it registers. */
  readonly jwks: { readonly keys: JWK[] };
  sign(payload: JWTPayload, header?: { alg?: string; typ?: string }): Promise<string>;
  decrypt(jwe: string): Promise<string>;
}

export async function newKeyHolder(algorithms: readonly string[] = ['ES256']): Promise<KeyHolder> {
  const signing = await Promise.all(
    algorithms.map(async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      const jwk = await exportJWK(publicKey);
      return { alg, privateKey, jwk: { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) } };
    }),
  );
  const encryption = await generateKeyPair('ECDH-ES+A256KW', { extractable: true });
  const encryptionJwk = { ...(await exportJWK(encryption.publicKey)), use: 'enc', kid: 'enc' };
  return {
    jwks: { keys: [...signing.map(({ jwk }) => jwk), encryptionJwk] },
    async sign(payload, { alg = algorithms[0], typ } = {}) {
      const key = signing.find((each) => each.alg === alg);
      if (key === undefined || alg === undefined) throw new Error(`no key for ${alg}`);
      const header = { alg, kid: key.jwk.kid, ...(typ !== undefined && { typ }) };
      return await new SignJWT(payload).setProtectedHeader(header).sign(key.privateKey);
    },
    async decrypt(jwe) {
      const { plaintext } = await compactDecrypt(jwe, encryption.privateKey);
      return Buffer.from(plaintext).toString();
    },
  };
}

/** The claims of a JWT of the server, checked as its client would. */
export async function verified(
  { issuer }: Pick<Installation, 'issuer'>,
  jwt: string,
  expected: { audience: string; typ?: string; algorithms?: string[] },
): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${issuer.href}/jwks`));
  return (await jwtVerify(jwt, keys, { issuer: issuer.href, ...expected })).payload;
}

/** Encrypts something for the server, with the key of its key set that fits. */
export async function encryptedFor(
  { issuer }: Pick<Installation, 'issuer'>,
  content: string,
  alg: 'RSA-OAEP-256' | 'ECDH-ES+A256KW',
): Promise<string> {
  const { keys } = (await (await fetch(`${issuer.href}/jwks`)).json()) as { keys: JWK[] };
  const key = keys.find(({ use, kty }) => use === 'enc' && kty === (alg.startsWith('RSA') ? 'RSA' : 'EC'));
  if (key?.kid === undefined) throw new Error('the server publishes no key for encryption');
  return await new CompactEncrypt(Buffer.from(content))
    .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'oauth-authz-req+jwt', kid: key.kid })
    .encrypt(await importJWK(key, alg));
}

const seconds = (): number => Math.floor(Date.now() / 1000);

/** The claims of a fresh assertion of a client. */
export function assertionClaims(clientId: string, audience: string | string[]): JWTPayload {
  return { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), iat: seconds(), exp: seconds() + 60 };
}

/** The claims of a fresh request object. */
export function requestClaims(clientId: string, audience: string | string[], parameters: JWTPayload): JWTPayload {
  return { ...parameters, client_id: clientId, iss: clientId, aud: audience, nbf: seconds(), exp: seconds() + 60 };
}

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

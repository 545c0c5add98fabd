import { timingSafeEqual, verify } from 'node:crypto';
import { type Hmac, hmacSha256 } from '../../kernel/hmac.ts';
import type { KeyRing, SessionKeys } from '../../keys/key-ring.ts';
import type { TokenSigner } from '../../keys/token-signer.ts';
import { decodeClaims, encodeClaims } from './session-claims.ts';
import type { SessionIdentity } from './session-identity.ts';

/** `typ` of the protected header, so that no other kind of token is ever accepted as a session token (RFC 8725 §3.11). */
const TOKEN_TYPE = 'rolecall-session+jwt';

/** The parts of a session token, all unchecked. */
interface TokenParts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** Exactly a compact JWS (RFC 7515 §7.1). Decoders skip characters outside the alphabet, so reject those here. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function split(token: string): TokenParts | undefined {
  if (!COMPACT_JWS.test(token)) return undefined;
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
  };
}

/** The MAC of a token. It covers the payload and the id of the keys it was made with. */
function macOf(hmac: Hmac, kid: string, payload: string): string {
  return hmac.digest(`${kid}.${payload}`, 'base64url');
}

/**
 * The secret access key of a temporary credential, derived from the credential key, the access key id and the whole text of the session
 * token (HKDF-Expand of RFC 5869 with one block). No store holds it. Changing any byte of a token yields a secret that its bearer does not
 * know.
 */
function secretOf(hmac: Hmac, accessKeyId: string, token: string): string {
  return hmac.digest(`${accessKeyId}\0${token}\x01`, 'base64').slice(0, SECRET_LENGTH);
}

/** The length of AWS's secret access keys. */
const SECRET_LENGTH = 40;

/** See {@link secretOf}. */
export function temporarySecret(keys: SessionKeys, accessKeyId: string, token: string): string {
  return secretOf(hmacSha256(keys.credentialKey), accessKeyId, token);
}

/** A session token and its secret access key. */
export interface SignedSession {
  readonly token: string;
  readonly secretAccessKey: string;
}

/** Creates session tokens with one generation of keys. */
export type SignSession = (identity: SessionIdentity) => Promise<SignedSession>;

export interface SessionSignerOptions {
  readonly keys: SessionKeys;
  /** The `iss` claim. */
  readonly issuer: string;
  readonly signer: Pick<TokenSigner, 'sign'>;
}

/**
 * Creates session tokens: compact JWSs (RFC 7515) signed with EdDSA. The protected header carries a MAC over the payload, so that this
 * server recognises its own tokens without a public-key operation.
 */
export function sessionSigner({ keys, issuer, signer }: SessionSignerOptions): SignSession {
  const mac = hmacSha256(keys.macKey);
  const secret = hmacSha256(keys.credentialKey);
  const header = JSON.stringify({ alg: 'EdDSA', typ: TOKEN_TYPE, kid: keys.kid, mac: '' }).slice(0, -'"}'.length);
  return async (identity) => {
    const payload = Buffer.from(JSON.stringify(encodeClaims(identity, issuer))).toString('base64url');
    const protectedHeader = Buffer.from(`${header}${macOf(mac, keys.kid, payload)}"}`).toString('base64url');
    const signed = `${protectedHeader}.${payload}`;
    const token = `${signed}.${await signer.sign(signed, keys.privateKey)}`;
    return { token, secretAccessKey: secretOf(secret, identity.accessKeyId, token) };
  };
}

/** A token that this server issued, with the keys it was issued with. Expiry has not been checked yet. */
export interface RecognisedToken {
  readonly identity: SessionIdentity;
  readonly keys: SessionKeys;
}

/**
 * Recognises this server's own tokens by their MAC; `undefined` for all others. Does not verify the EdDSA signature: the token's secret is
 * derived from its whole text, so no one can sign a request for a token with an altered signature. ({@link hasGenuineSignature}
 * distinguishes that case from a wrong secret.)
 */
export function recogniseSessionToken(token: string, keyRing: KeyRing): RecognisedToken | undefined {
  const parts = split(token);
  if (parts === undefined) return undefined;
  const header = parseObject(parts.header);
  if (header?.['typ'] !== TOKEN_TYPE || header['alg'] !== 'EdDSA') return undefined;
  const { kid, mac } = header;
  if (typeof kid !== 'string' || typeof mac !== 'string') return undefined;
  const keys = keyRing.sessionKeys(kid);
  if (keys === undefined) return undefined;
  const claimed = Buffer.from(mac);
  const expected = Buffer.from(macOf(hmacSha256(keys.macKey), kid, parts.payload));
  if (claimed.length !== expected.length || !timingSafeEqual(claimed, expected)) return undefined;
  const claims = parseObject(parts.payload);
  const identity = claims && decodeClaims(claims);
  return identity && { identity, keys };
}

/** Whether the token's EdDSA signature is valid: the check that everyone else makes with the published key. */
export function hasGenuineSignature(token: string, keys: SessionKeys): boolean {
  const parts = split(token);
  if (parts === undefined) return false;
  const signature = Buffer.from(parts.signature, 'base64url');
  return (
    signature.toString('base64url') === parts.signature &&
    verify(null, Buffer.from(`${parts.header}.${parts.payload}`), keys.publicKey, signature)
  );
}

function parseObject(base64url: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

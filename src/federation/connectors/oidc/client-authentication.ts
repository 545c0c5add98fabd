import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import * as client from 'openid-client';
import type { OpenOidcSettings } from './open-settings.ts';

/** How long a signed proof is good for, in seconds. */
const PROOF_LIFETIME = 120;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const EC_ALGORITHMS: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
/** RFC 7518 §3.3. */
const SHORTEST_MODULUS = 2048;

/** A private key with what its proofs say of it. */
export interface ClientKey {
  readonly key: KeyObject;
  readonly alg: string;
  /** Of a JWK that names itself. */
  readonly kid: string | undefined;
}

/** Reads a private key, as PEM or JWK. @throws {Error} saying what is wrong with it; never what it is. */
export function readClientKey(text: string): ClientKey {
  const jwk = jwkOf(text);
  let key: KeyObject;
  try {
    key = jwk === undefined ? createPrivateKey(text) : createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new Error('must be a private key, as PEM without a passphrase or as JWK');
  }
  return { key, alg: algorithmOf(key, jwk?.['alg']), kid: typeof jwk?.['kid'] === 'string' ? jwk['kid'] : undefined };
}

function jwkOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, wanted: unknown): string {
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= SHORTEST_MODULUS) {
    return typeof wanted === 'string' && /^[RP]S(?:256|384|512)$/.test(wanted) ? wanted : 'RS256';
  }
  if (type === 'ed25519') return 'EdDSA';
  const alg = type === 'ec' ? EC_ALGORITHMS[details?.namedCurve ?? ''] : undefined;
  if (alg === undefined) throw new Error(`must be RSA with ${SHORTEST_MODULUS} bits, EC on a NIST curve, or Ed25519`);
  return alg;
}

/** How a client shows the token endpoint who it is. @param secret the client secret, or the private key. */
export function clientAuthentication(settings: OpenOidcSettings, secret = ''): client.ClientAuth {
  switch (settings.clientAuthentication) {
    case 'none':
      return client.None();
    case 'client_secret_post':
      return client.ClientSecretPost(secret);
    case 'client_secret_basic':
      return client.ClientSecretBasic(secret);
    case 'private_key_jwt':
      return assertion(settings, readClientKey(secret));
    case 'signed_client_secret':
      return signedSecret(settings, readClientKey(secret));
  }
}

/**
 * RFC 7523 §2.2 with the issuer as the only audience, which every server accepts by now (RFC 7523bis): an assertion for one server must be no
 * use at another.
 */
function assertion({ assertionAudience, keyId }: OpenOidcSettings, key: ClientKey): client.ClientAuth {
  return async (server, { client_id: clientId }, body) => {
    const audience = assertionAudience === 'token_endpoint' ? server.token_endpoint : server.issuer;
    const claims = { iss: clientId, sub: clientId, jti: randomUUID() };
    body.set('client_id', clientId);
    body.set('client_assertion_type', ASSERTION_TYPE);
    body.set('client_assertion', await proof(key, { claims, audience: audience ?? server.issuer, keyId }));
  };
}

/** Apple's client secret is a token of the team's, which is limited to six months. One for each call cannot expire unnoticed. */
function signedSecret({ teamId = '', keyId, issuer }: OpenOidcSettings, key: ClientKey): client.ClientAuth {
  return async (_server, { client_id: clientId }, body) => {
    const claims = { iss: teamId, sub: clientId };
    body.set('client_id', clientId);
    body.set('client_secret', await proof(key, { claims, audience: issuer, keyId }));
  };
}

interface Proof {
  readonly claims: Readonly<Record<string, string>>;
  readonly audience: string;
  readonly keyId: string | undefined;
}

async function proof({ key, alg, kid }: ClientKey, { claims, audience, keyId = kid }: Proof): Promise<string> {
  return await new SignJWT(claims)
    .setProtectedHeader({ alg, ...(keyId !== undefined && { kid: keyId }) })
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${PROOF_LIFETIME}s`)
    .sign(key);
}

import { createPublicKey, type JsonWebKeyInput, X509Certificate } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import { SUBJECT_PROPERTIES, subjectProblem } from '../../federation/client-certificates/subject-match.ts';

/**
 * Checks what a client is registered with for its certificates, beyond what oidc-provider does: a value that no certificate can have would
 * only be noticed at the first request.
 * @returns what is wrong; `undefined` if nothing is.
 */
export function certificateRefusal(metadata: ClientMetadata): string | undefined {
  for (const property of SUBJECT_PROPERTIES) {
    const value = metadata[property];
    const problem = typeof value === 'string' ? subjectProblem(property, value) : undefined;
    if (problem !== undefined) return `${property} ${problem}`;
  }
  if (metadata.token_endpoint_auth_method !== 'self_signed_tls_client_auth') return undefined;
  const { jwks, jwks_uri } = metadata;
  if (jwks === undefined && jwks_uri === undefined) {
    return 'jwks or jwks_uri is needed with self_signed_tls_client_auth: the key set has the certificates (x5c)';
  }
  const keys = (jwks?.keys ?? []) as readonly Readonly<Record<string, unknown>>[];
  if (jwks !== undefined && !keys.some(({ x5c }) => x5c !== undefined)) {
    return 'jwks must have a key with its certificate (x5c) for self_signed_tls_client_auth';
  }
  return keys.some((key) => key['x5c'] !== undefined && !isOwnCertificate(key))
    ? 'jwks has a key whose certificate (the first of x5c: DER in base64) is not that of the key'
    : undefined;
}

/** RFC 7517 §4.7: the key in the first certificate must be the JWK. */
function isOwnCertificate(key: Readonly<Record<string, unknown>>): boolean {
  const [first] = Array.isArray(key['x5c']) ? key['x5c'] : [];
  try {
    const certificate = new X509Certificate(Buffer.from(String(first), 'base64'));
    return createPublicKey({ key: key as JsonWebKeyInput['key'], format: 'jwk' }).equals(certificate.publicKey);
  } catch {
    return false;
  }
}

import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { KeyPair } from './read-key-pair.ts';

/** How long a handshake may take, in ms. */
const HANDSHAKE_TIMEOUT = 10_000;
/** For TLS 1.3, and the suites that BCP 195 recommends for TLS 1.2 (RFC 9325 §4.2); FAPI 2.0 §5.2.2 allows no others. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

/** Of every page and answer over TLS; the value is that of the pages (`http/security-headers.ts`). */
export const HSTS = ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'] as const;

/** The part of the options that changes with the certificate. */
export function contextOptions({ cert, key }: Pick<KeyPair, 'cert' | 'key'>): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ciphers: CIPHERS, honorCipherOrder: true };
}

/**
 * @param asksForCertificate Whether clients are asked for a certificate. None is required, and any is taken: the handshake proves that the
 * client has its key, and the OAuth client that uses it says whether it must come from an authority.
 */
export function tlsOptions(pair: KeyPair, asksForCertificate: boolean): TlsOptions {
  return {
    ...contextOptions(pair),
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    requestCert: asksForCertificate,
    rejectUnauthorized: false,
  };
}

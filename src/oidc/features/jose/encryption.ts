import type { Configuration } from 'oidc-provider';
import { CONTENT_ENCRYPTION, KEY_ENCRYPTION } from '../../../identity/applications/oidc/client-algorithms.ts';

/**
 * Encrypts ID tokens, user info, introspection answers and authorization responses for the clients that are registered for it, with their
 * public keys, and decrypts request objects (RFC 7516). There is no encryption with client secrets.
 */
export function encryption(): Configuration {
  return {
    features: { encryption: { enabled: true } },
    enabledJWA: {
      idTokenEncryptionAlgValues: [...KEY_ENCRYPTION],
      idTokenEncryptionEncValues: [...CONTENT_ENCRYPTION],
      userinfoEncryptionAlgValues: [...KEY_ENCRYPTION],
      userinfoEncryptionEncValues: [...CONTENT_ENCRYPTION],
      introspectionEncryptionAlgValues: [...KEY_ENCRYPTION],
      introspectionEncryptionEncValues: [...CONTENT_ENCRYPTION],
      authorizationEncryptionAlgValues: [...KEY_ENCRYPTION],
      authorizationEncryptionEncValues: [...CONTENT_ENCRYPTION],
      requestObjectEncryptionAlgValues: [...KEY_ENCRYPTION],
      requestObjectEncryptionEncValues: [...CONTENT_ENCRYPTION],
    },
  };
}

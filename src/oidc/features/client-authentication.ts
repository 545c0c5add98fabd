import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { OWN_METADATA } from '../clients/client-metadata.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { certificateMethods } from './certificates/mutual-tls.ts';

/** Whether the login that a token was issued for still holds, and its app may still use it. */
export type LoginHolds = (
  token: { readonly accountId?: string | undefined; readonly iat?: number | undefined },
  client: Client,
  ctx: KoaContextWithOIDC,
) => Promise<boolean>;

/**
 * How clients authenticate, each with the one method that it is registered with.
 * @param byCertificate the methods that use a client certificate, if one can arrive
 */
export function clientAuthentication(
  library: OidcProviderLibrary,
  loginHolds: LoginHolds,
  byCertificate: ReturnType<typeof certificateMethods> = [],
): Configuration {
  return {
    clientAuthMethods: [
      'private_key_jwt',
      ...byCertificate,
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'none',
    ],
    extraClientMetadata: byCertificate.length > 0 ? { properties: [...OWN_METADATA] } : withoutBinding(library),
    // A browser app may call from the origins of its redirect URIs, and from no other.
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some(
        (uri) => URL.canParse(uri) && new URL(uri).origin === origin && origin !== 'null',
      ),
    features: {
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // The library only checks the grant, but a login may end before its grant.
        allowedPolicy: async (ctx, client, token) =>
          client.clientId === token.clientId &&
          (await loginHolds(token as { readonly accountId?: string; readonly iat?: number }, client, ctx)),
      },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => client.clientId === token.clientId,
      },
    },
  };
}

const BINDING = 'tls_client_certificate_bound_access_tokens';

/**
 * For a server to which no client certificate can come: oidc-provider would ignore that a client's tokens are to be bound to one, and issue
 * tokens that anyone can use.
 */
function withoutBinding({ errors }: OidcProviderLibrary): NonNullable<Configuration['extraClientMetadata']> {
  return {
    properties: [...OWN_METADATA, BINDING],
    validator(_ctx, key, value) {
      if (key !== BINDING || value !== true) return;
      const why = 'which profile fapi-ciba turns on, needs a server that receives client certificates';
      throw new errors.InvalidClientMetadata(
        `${BINDING}, ${why}: set server.clientCertificates (ROLECALL_MTLS_PORT or ROLECALL_MTLS_HEADER)`,
      );
    },
  };
}

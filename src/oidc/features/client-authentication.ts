import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { OWN_METADATA } from '../clients/client-metadata.ts';
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
    extraClientMetadata: { properties: [...OWN_METADATA] },
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

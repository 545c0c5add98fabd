import type Provider from 'oidc-provider';
import type { Client, Configuration } from 'oidc-provider';
import { OWN_METADATA } from '../clients/open-clients.ts';
import type { OidcProviderLibrary } from '../load-oidc-provider.ts';

/** How clients prove themselves, each by the one method that it is registered with. HMAC assertions are not offered. */
export function clientAuthentication(
  loginHolds: (token: { readonly accountId?: string | undefined }) => Promise<boolean>,
): Configuration {
  return {
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    extraClientMetadata: { properties: [...OWN_METADATA] },
    // A browser app may call from the origins that it is sent back to, and from no other.
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some(
        (uri) => URL.canParse(uri) && new URL(uri).origin === origin && origin !== 'null',
      ),
    features: {
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // The library looks at the grant alone; a login may be over before its grant is.
        allowedPolicy: async (_ctx, client, token) =>
          client.clientId === token.clientId && (await loginHolds(token as { readonly accountId?: string })),
      },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => client.clientId === token.clientId,
      },
    },
  };
}

/**
 * Takes a client's secret only where the client is registered to show it: oidc-provider takes it from the header and from the form alike. Says
 * which method that is, because libraries differ in what they do unasked.
 */
export function holdToMethod(provider: Provider, { Provider: Library, errors }: OidcProviderLibrary): void {
  const { prototype } = provider.Client as unknown as {
    readonly prototype: { compareClientSecret(secret: string): Promise<boolean> | boolean };
  };
  const { compareClientSecret } = prototype;
  prototype.compareClientSecret = function (this: Client, secret) {
    const shown = Library.ctx?.headers.authorization === undefined ? 'client_secret_post' : 'client_secret_basic';
    const registered = String(this.tokenEndpointAuthMethod ?? this['clientAuthMethod']);
    if (shown === registered) return compareClientSecret.call(this, secret);
    const description = `this client is registered for ${registered}, but sent ${shown} (see token_endpoint_auth_method)`;
    throw Object.assign(new errors.InvalidClientAuth(description), { error_description: description });
  };
}

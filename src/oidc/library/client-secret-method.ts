import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/**
 * Accepts a client's secret only by the method that the client is registered for, because oidc-provider accepts it both in the header and
 * in the form. The error names that method, because libraries have different defaults.
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

import { createHash, timingSafeEqual } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';
import type { ClientSecret } from '../../identity/applications/oidc/client-secrets.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/**
 * Accepts a client's secret only by the method that the client is registered for, because oidc-provider accepts it both in the header and
 * in the form. After a rotation, also accepts the secret before it until that expires. The error names that method, because libraries have different defaults.
 */
export function holdToMethod(provider: Provider, { Provider: Library, errors }: OidcProviderLibrary): void {
  const { prototype } = provider.Client as unknown as {
    readonly prototype: { compareClientSecret(secret: string): Promise<boolean> | boolean };
  };
  const { compareClientSecret } = prototype;
  prototype.compareClientSecret = function (this: Client, secret) {
    const shown = Library.ctx?.headers.authorization === undefined ? 'client_secret_post' : 'client_secret_basic';
    const registered = String(this.tokenEndpointAuthMethod ?? this['clientAuthMethod']);
    if (shown === registered) return acceptsFormer(this, secret) || compareClientSecret.call(this, secret);
    const description = `this client is registered for ${registered}, but sent ${shown} (see token_endpoint_auth_method)`;
    throw Object.assign(new errors.InvalidClientAuth(description), { error_description: description });
  };
}

/** Compares hashes, so that the time reveals neither the length nor the beginning of the secret. */
function acceptsFormer(client: Client, shown: string): boolean {
  const former = client['former_secret'] as ClientSecret | undefined;
  if (former?.expiresAt === undefined || former.expiresAt <= Date.now()) return false;
  return timingSafeEqual(hashed(former.secret), hashed(shown));
}

function hashed(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

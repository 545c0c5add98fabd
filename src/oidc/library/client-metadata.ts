import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/**
 * Constructs a client as oidc-provider does at its first request.
 * @returns the library's error message about the metadata; `undefined` if they are valid.
 */
export function clientRefusal(
  { errors }: OidcProviderLibrary,
  provider: Provider,
  metadata: ClientMetadata,
): string | undefined {
  const { Client } = provider as unknown as { readonly Client: new (metadata: ClientMetadata) => unknown };
  try {
    new Client(metadata);
    return undefined;
  } catch (error) {
    if (!(error instanceof errors.InvalidClientMetadata)) throw error;
    return error.error_description ?? error.message;
  }
}

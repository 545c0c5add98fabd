import type { ProviderAccess } from '../connector-kind.ts';
import { LoginRefused } from '../login-refused.ts';
import { type ProviderAddress, providerFetch } from '../provider-fetch.ts';
import { ProviderUnusable } from '../provider-unusable.ts';
import { callProvider } from './call-provider.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';

/** The operator's settings are found by the issuer, or by the origin of the token endpoint for a provider that has none. */
export function addressOf({ issuer, tokenEndpoint, ca }: OpenOAuth2Settings): ProviderAddress {
  return { issuer: issuer ?? new URL(tokenEndpoint).origin, ca };
}

/**
 * Reaches the endpoints that this server calls. There is no metadata to read, so any answer will do; only a person's sign-in proves the rest.
 * @throws {ProviderUnusable}
 */
export async function tryEndpoints(
  access: ProviderAccess,
  { settings }: { readonly settings: OpenOAuth2Settings },
): Promise<void> {
  try {
    const fetch = await providerFetch(access, addressOf(settings));
    await Promise.all(
      [settings.tokenEndpoint, settings.profileEndpoint].map((url) => callProvider(fetch, url, { method: 'HEAD' })),
    );
  } catch (error) {
    if (error instanceof LoginRefused) throw new ProviderUnusable(error.detail, error);
    throw error;
  }
}

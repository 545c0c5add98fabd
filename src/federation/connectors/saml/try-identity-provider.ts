import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import type { ProviderAccess } from '../connector-kind.ts';
import { LoginRefused } from '../login-refused.ts';
import { ProviderUnusable } from '../provider-unusable.ts';
import { endpointFor } from './bindings.ts';
import { type IdentityProvider, readProvider } from './identity-provider.ts';

/**
 * Reads the provider's metadata, as a sign-in would: they must describe the identity provider with a usable signing key, be valid, and have
 * single sign-on by a binding that we speak.
 * @throws {ProviderUnusable}
 */
export async function tryIdentityProvider(
  access: ProviderAccess,
  { settings }: { readonly settings: OpenSettings<SamlSettings> },
): Promise<void> {
  const provider = await read(access, settings);
  const refuse = (reason: string): never => {
    throw new ProviderUnusable(`metadata of ${settings.idpEntityId}: ${reason}`);
  };
  if (Date.now() >= (provider.validUntil ?? Number.POSITIVE_INFINITY)) refuse('they have expired (validUntil)');
  const { requestBinding } = settings;
  if (endpointFor(provider.singleSignOn, requestBinding) !== undefined) return;
  refuse(`there is no SingleSignOnService by ${requestBinding ?? 'redirect or POST'}`);
}

async function read(access: ProviderAccess, settings: OpenSettings<SamlSettings>): Promise<IdentityProvider> {
  try {
    return await readProvider(settings, access);
  } catch (error) {
    if (error instanceof LoginRefused) throw new ProviderUnusable(`metadata: ${error.detail}`, error);
    throw error;
  }
}

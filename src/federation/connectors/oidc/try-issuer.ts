import type { ServerMetadata } from 'openid-client';
import { KeysUnavailable } from '../../web-identity/key-source.ts';
import type { ProviderAccess } from '../connector-kind.ts';
import { LoginRefused } from '../login-refused.ts';
import { ProviderUnusable } from '../provider-unusable.ts';
import { connectorKeySource } from './connector-keys.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { readProviderMetadata } from './provider-metadata.ts';

/**
 * Reads the provider's metadata and keys, as a sign-in would. The secret is not sent: only a person's sign-in can prove it.
 * @throws {ProviderUnusable}
 */
export async function tryIssuer(
  access: ProviderAccess,
  { settings, secret }: { readonly settings: OpenOidcSettings; readonly secret: string | undefined },
): Promise<void> {
  const { issuer } = settings;
  try {
    // Past the cache: what failed a moment ago may be repaired.
    await connectorKeySource(access, settings)();
    requireEndpoints((await readProviderMetadata(access, { settings, secret })).serverMetadata(), settings);
  } catch (error) {
    if (error instanceof KeysUnavailable) throw new ProviderUnusable(error.message, error);
    if (error instanceof LoginRefused) throw new ProviderUnusable(`metadata of ${issuer}: ${error.detail}`, error);
    throw error;
  }
}

/** @throws {ProviderUnusable} if the metadata rules out the code flow, or the way this client authenticates. */
function requireEndpoints(metadata: ServerMetadata, settings: OpenOidcSettings): void {
  const { issuer, clientAuthentication, signOutAtProvider = false, endSessionEndpoint } = settings;
  const refuse = (reason: string): never => {
    throw new ProviderUnusable(`metadata of ${issuer}: ${reason}`);
  };
  const scheme = issuer.startsWith('http:') ? /^https?:\/\// : /^https:\/\//;
  for (const name of ['authorization_endpoint', 'token_endpoint'] as const) {
    const endpoint: unknown = metadata[name];
    const isUsable = typeof endpoint === 'string' && URL.canParse(endpoint) && scheme.test(endpoint);
    if (!isUsable) refuse(`${name} is not an https URL`);
  }
  if (signOutAtProvider && endSessionEndpoint === undefined && metadata.end_session_endpoint === undefined) {
    refuse('end_session_endpoint is missing: it knows no sign-outs by apps');
  }
  const responses: unknown = metadata.response_types_supported;
  if (Array.isArray(responses) && !responses.includes('code')) {
    refuse('response_types_supported does not list code');
  }
  // Many providers accept public clients without listing `none`, and some list nothing.
  const methods: unknown = metadata.token_endpoint_auth_methods_supported;
  const method = clientAuthentication === 'signed_client_secret' ? 'client_secret_post' : clientAuthentication;
  if (method !== 'none' && Array.isArray(methods) && !methods.includes(method)) {
    refuse(`the token endpoint does not support ${method}, only ${methods.join(', ')}`);
  }
}

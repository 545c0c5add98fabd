import type { ServerMetadata } from 'openid-client';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import type { IssuerSettings } from '../web-identity/issuer-settings.ts';
import { KeysUnavailable, keySource } from '../web-identity/key-source.ts';
import { LoginRefused } from './login-refused.ts';
import { readProviderMetadata } from './oidc/provider-metadata.ts';

/** Longer messages are truncated, because parts come from the provider. */
const LONGEST_MESSAGE = 500;

/** A connector cannot work with its provider. The message says what was tried and what came back, and contains no secret. */
export class ProviderUnusable extends Error {
  override readonly name = 'ProviderUnusable';

  constructor(message: string, cause?: unknown) {
    super(message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message, { cause });
  }
}

/**
 * Tries whether a connector can work: reads its provider's metadata and keys, as a sign-in would. Takes 10 seconds at most. The secret is not
 * sent: only a person's sign-in can prove it.
 * @throws {ProviderUnusable}
 */
export type TryProvider = (connector: Pick<ConnectorSeed, 'settings' | 'secret'>) => Promise<void>;

export interface ProviderTrialOptions {
  readonly issuerSettings: (issuer: string) => IssuerSettings | undefined;
  /** Whether providers may be in private networks without being configured so. */
  readonly allowPrivate: boolean;
}

export function providerTrial({ issuerSettings, allowPrivate }: ProviderTrialOptions): TryProvider {
  return async ({ settings, secret }) => {
    const { issuer } = settings;
    const configured = issuerSettings(issuer);
    try {
      // Past the cache: what failed a moment ago may be repaired.
      await keySource({ issuer, settings: configured, allowPrivate })();
      const options = { settings, secret, issuerSettings: configured, allowPrivate };
      requireEndpoints((await readProviderMetadata(options)).serverMetadata(), settings);
    } catch (error) {
      if (error instanceof KeysUnavailable) throw new ProviderUnusable(error.message, error);
      if (error instanceof LoginRefused) throw new ProviderUnusable(`metadata of ${issuer}: ${error.detail}`, error);
      throw error;
    }
  };
}

/** @throws {ProviderUnusable} if the metadata rules out the code flow, or the way this client authenticates. */
function requireEndpoints(metadata: ServerMetadata, { issuer, clientAuthentication }: ConnectorSeed['settings']): void {
  const refuse = (reason: string): never => {
    throw new ProviderUnusable(`metadata of ${issuer}: ${reason}`);
  };
  const scheme = issuer.startsWith('http:') ? /^https?:\/\// : /^https:\/\//;
  for (const name of ['authorization_endpoint', 'token_endpoint'] as const) {
    const endpoint: unknown = metadata[name];
    const isUsable = typeof endpoint === 'string' && URL.canParse(endpoint) && scheme.test(endpoint);
    if (!isUsable) refuse(`${name} is not an https URL`);
  }
  const responses: unknown = metadata.response_types_supported;
  if (Array.isArray(responses) && !responses.includes('code')) {
    refuse('response_types_supported does not list code');
  }
  // Many providers accept public clients without listing `none`.
  const methods: unknown = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  if (clientAuthentication !== 'none' && Array.isArray(methods) && !methods.includes(clientAuthentication)) {
    refuse(`the token endpoint does not support ${clientAuthentication}, only ${methods.join(', ')}`);
  }
}

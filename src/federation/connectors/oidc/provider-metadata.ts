import * as client from 'openid-client';
import { CLOCK_TOLERANCE_SECONDS } from '../../../kernel/clock-tolerance.ts';
import type { ProviderAccess } from '../connector-kind.ts';
import { LoginRefused } from '../login-refused.ts';
import { PROVIDER_TIMEOUT_MS, providerFetch } from '../provider-fetch.ts';
import { clientAuthentication } from './client-authentication.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { refusalOf } from './refusal-of.ts';

const METADATA = { [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS };

interface ProviderClient {
  readonly settings: OpenOidcSettings;
  readonly secret: string | undefined;
}

/**
 * The provider's metadata with this connector's client: that of its discovery document (OpenID Connect Discovery §4), or what the connector
 * gives. All requests to the provider, those that follow too, go through the client for outside addresses (S47).
 * @throws {LoginRefused}
 */
export async function readProviderMetadata(
  access: ProviderAccess,
  { settings, secret }: ProviderClient,
): Promise<client.Configuration> {
  const { issuer, clientId, ca, endpoints } = settings;
  const fetch = await providerFetch(access, { issuer, ca });
  const customFetch: client.CustomFetch = (url, { method, headers, body, signal }) =>
    fetch(url, { method, headers, body: body as BodyInit | null | undefined, signal });
  const authentication = clientAuthentication(settings, secret);
  // An issuer that is itself plain http is one that the operator allowed, in a private network.
  const execute = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  if (endpoints !== undefined) {
    const server = {
      issuer,
      authorization_endpoint: endpoints.authorization,
      token_endpoint: endpoints.token,
      ...(endpoints.userinfo !== undefined && { userinfo_endpoint: endpoints.userinfo }),
    };
    const configuration = new client.Configuration(server, clientId, METADATA, authentication);
    configuration[client.customFetch] = customFetch;
    configuration.timeout = PROVIDER_TIMEOUT_MS / 1000;
    for (const extension of execute) extension(configuration);
    return configuration;
  }
  const configuration = await client
    .discovery(new URL(issuer), clientId, METADATA, authentication, {
      [client.customFetch]: customFetch,
      timeout: PROVIDER_TIMEOUT_MS / 1000,
      execute,
    })
    .catch((error: unknown) => {
      throw unusable(error);
    });
  // The library forgives a final slash. ID tokens do not.
  const stated = configuration.serverMetadata().issuer;
  if (stated !== issuer) throw new LoginRefused('metadata', `the provider calls itself ${stated}, not ${issuer}`);
  return configuration;
}

function unusable(error: unknown): LoginRefused {
  const { check, detail } = refusalOf(error);
  return new LoginRefused(check === 'unreachable' ? 'unreachable' : 'metadata', detail, error);
}

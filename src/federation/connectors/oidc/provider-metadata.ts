import { readFile } from 'node:fs/promises';
import * as client from 'openid-client';
import { outboundFetch } from '../../../http/outbound-fetch.ts';
import type { IssuerSettings } from '../../web-identity/issuer-settings.ts';
import { LoginRefused } from '../login-refused.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { refusalOf } from './refusal-of.ts';

/** The largest answer of a provider, in bytes. */
const LARGEST_ANSWER = 256 * 1024;
const TIMEOUT_MS = 5000;
/** In seconds: providers' clocks differ from ours. */
const CLOCK_TOLERANCE = 30;

export interface ProviderMetadataOptions {
  readonly settings: OpenOidcSettings;
  readonly secret: string | undefined;
  /** What the operator configured for this issuer, if anything. */
  readonly issuerSettings: IssuerSettings | undefined;
  /** Whether providers may be in private networks without being configured so. */
  readonly allowPrivate: boolean;
}

/**
 * Reads a provider's metadata (OpenID Connect Discovery §4). All requests to the provider, those that follow too, go through the client for
 * outside addresses (S47).
 * @throws {LoginRefused}
 */
export async function readProviderMetadata(options: ProviderMetadataOptions): Promise<client.Configuration> {
  const { settings, secret, issuerSettings, allowPrivate } = options;
  const { issuer, clientId } = settings;
  const caFile = issuerSettings?.caFile;
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  const fetch = outboundFetch({
    allowPrivate: allowPrivate || issuerSettings?.allowPrivateNetworks === true,
    limit: LARGEST_ANSWER,
    timeoutMs: TIMEOUT_MS,
    ...(ca !== undefined && { ca }),
  });
  const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE };
  const configuration = await client
    .discovery(new URL(issuer), clientId, metadata, authenticationOf(settings, secret), {
      [client.customFetch]: (url, { method, headers, body, signal }) =>
        fetch(url, { method, headers, body: body as BodyInit | null | undefined, signal }),
      timeout: TIMEOUT_MS / 1000,
      // An issuer that is itself plain http is one that the operator allowed, in a private network.
      execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
    })
    .catch((error: unknown) => {
      throw unusable(error);
    });
  // The library forgives a final slash. ID tokens do not.
  const stated = configuration.serverMetadata().issuer;
  if (stated !== issuer) throw new LoginRefused('metadata', `the provider calls itself ${stated}, not ${issuer}`);
  return configuration;
}

function authenticationOf({ clientAuthentication }: OpenOidcSettings, secret = ''): client.ClientAuth {
  if (clientAuthentication === 'none') return client.None();
  return clientAuthentication === 'client_secret_post'
    ? client.ClientSecretPost(secret)
    : client.ClientSecretBasic(secret);
}

function unusable(error: unknown): LoginRefused {
  const { check, detail } = refusalOf(error);
  return new LoginRefused(check === 'unreachable' ? 'unreachable' : 'metadata', detail, error);
}

import type { Client, Configuration } from 'oidc-provider';
import { FAPI_SIGNING } from '../../../identity/applications/oidc/client-algorithms.ts';
import { isOnFapiCiba } from '../../../identity/applications/oidc/fapi-ciba-profile.ts';

/**
 * Whether a client is on the FAPI 2.0 Security Profile: by its `profile`, or because it requires what the profile does (§5.3.2: pushed
 * requests, and tokens that are bound to a key).
 */
export function isOnFapiProfile(client: Client | undefined): boolean {
  if (client === undefined) return false;
  if (isOnFapiCiba(client)) return false;
  if (client['profile'] !== undefined) return true;
  const { requirePushedAuthorizationRequests, dpopBoundAccessTokens, tlsClientCertificateBoundAccessTokens } = client;
  return (
    requirePushedAuthorizationRequests === true &&
    (dpopBoundAccessTokens === true || tlsClientCertificateBoundAccessTokens === true)
  );
}

/** Whether an algorithm may sign what a client on the profile sends (§5.4.1). */
export function isFapiAlgorithm(alg: unknown): boolean {
  return (FAPI_SIGNING as readonly unknown[]).includes(alg);
}

/** Tells oidc-provider which clients are on the profile. Most of it is in the other features, and in the rules for a client's settings. */
export function fapiProfile(): Configuration {
  return {
    features: {
      fapi: { enabled: true, profile: (_ctx, client) => (isOnFapiProfile(client) ? '2.0' : undefined) },
    },
  };
}

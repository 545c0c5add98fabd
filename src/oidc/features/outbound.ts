import type { Configuration } from 'oidc-provider';
import { type OutboundRequest, outboundFetch } from '../../http/outbound-fetch.ts';

/** Bytes of a client's keys, at most. */
const LARGEST_ANSWER = 256 * 1024;
const TIMEOUT_MS = 2500;

/**
 * What the server fetches of clients (their keys) and tells them (logouts) goes through the one client for foreign addresses,
 * rather than through `fetch`, whose own guard in oidc-provider is left out where it cannot be set up.
 * @param allowPrivate for installations whose apps live in a private network.
 */
export function outbound(allowPrivate: boolean): Configuration {
  const fetchForeign = outboundFetch({ allowPrivate, limit: LARGEST_ANSWER, timeoutMs: TIMEOUT_MS });
  return {
    fetch: (url: string | URL | Request, options?: RequestInit) =>
      fetchForeign(url instanceof Request ? url.url : url, options as OutboundRequest),
    fetchResponseBodyLimits: { jwks_uri: LARGEST_ANSWER, sector_identifier_uri: LARGEST_ANSWER },
  } as Configuration;
}

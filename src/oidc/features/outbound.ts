import type { Configuration } from 'oidc-provider';
import { type OutboundRequest, outboundFetch } from '../../http/outbound-fetch.ts';

/** Maximum size of a client's key set, in bytes. */
const LARGEST_ANSWER = 256 * 1024;
const TIMEOUT_MS = 2500;

/**
 * Requests to clients' servers (for keys, and to announce sign-outs) use our guarded client for foreign addresses instead of `fetch`,
 * because oidc-provider's own guard cannot always be set up.
 * @param allowPrivate for installations whose apps are in a private network.
 */
export function outbound(allowPrivate: boolean): Configuration {
  const fetchForeign = outboundFetch({ allowPrivate, limit: LARGEST_ANSWER, timeoutMs: TIMEOUT_MS });
  return {
    fetch: (url: string | URL | Request, options?: RequestInit) =>
      fetchForeign(url instanceof Request ? url.url : url, options as OutboundRequest),
    fetchResponseBodyLimits: { jwks_uri: LARGEST_ANSWER, sector_identifier_uri: LARGEST_ANSWER },
  } as Configuration;
}

import type { Configuration } from 'oidc-provider';
import { type OutboundRequest, outboundFetch } from '../../http/outbound-fetch.ts';

/** Maximum size of a client's key set, in bytes. */
const LARGEST_ANSWER = 256 * 1024;
/** Maximum size of the metadata of a client (OAuth Client ID Metadata Document §8.7), in bytes. */
const LARGEST_DOCUMENT = 5 * 1024;
const TIMEOUT_MS = 2500;

/**
 * Requests to clients' servers (for keys, and to announce sign-outs) use our guarded client for foreign addresses instead of `fetch`,
 * because oidc-provider's own guard cannot always be set up.
 * @param allowPrivate for installations whose apps are in a private network.
 * @param ca PEM certificates of the only certificate authorities to trust.
 */
export function outbound(allowPrivate: boolean, ca?: string): Configuration {
  const fetchForeign = outboundFetch({
    allowPrivate,
    limit: LARGEST_ANSWER,
    timeoutMs: TIMEOUT_MS,
    ...(ca !== undefined && { ca }),
  });
  return {
    fetch: (url: string | URL | Request, options?: RequestInit) =>
      fetchForeign(url instanceof Request ? url.url : url, options as OutboundRequest),
    fetchResponseBodyLimits: {
      jwks_uri: LARGEST_ANSWER,
      sector_identifier_uri: LARGEST_ANSWER,
      'client_id metadata document': LARGEST_DOCUMENT,
    },
  } as Configuration;
}

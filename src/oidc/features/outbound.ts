import type { Configuration } from 'oidc-provider';
import { type OutboundFetch, type OutboundRequest, outboundFetch } from '../../http/outbound-fetch.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';

/** Maximum size of a client's key set, in bytes. */
const LARGEST_ANSWER = 256 * 1024;
/** Maximum size of the metadata of a client (OAuth Client ID Metadata Document §8.7), in bytes. */
const LARGEST_DOCUMENT = 5 * 1024;
const TIMEOUT_MS = 2500;

/** How long an address of a stranger that failed is not requested again, in ms. */
const PAUSE_MS = 60_000;
const MOST_PAUSES = 10_000;

interface OutboundSettings {
  /** For installations whose apps are in a private network. */
  readonly allowPrivate: boolean;
  /** PEM certificates of the only certificate authorities to trust. */
  readonly ca: string | undefined;
  /** Whether the present request is to an address that a client chose itself when it registered itself. */
  readonly isForStranger: () => boolean;
  /** Requests those addresses. Default: without private networks, whatever the settings say. */
  readonly fetchForStranger: OutboundFetch | undefined;
  readonly clock: Clock;
}

/**
 * Requests to clients' servers (for keys, and to announce sign-outs) use our guarded client for foreign addresses instead of `fetch`,
 * because oidc-provider's own guard cannot always be set up.
 */
export function outbound(settings: OutboundSettings): Configuration {
  const { allowPrivate, ca, isForStranger, clock } = settings;
  const guarded = (mayBePrivate: boolean): OutboundFetch =>
    outboundFetch({
      allowPrivate: mayBePrivate,
      limit: LARGEST_ANSWER,
      timeoutMs: TIMEOUT_MS,
      ...(ca !== undefined && { ca }),
    });
  const fetchForeign = guarded(allowPrivate);
  const fetchForStranger = withPauses(settings.fetchForStranger ?? guarded(false), clock);
  return {
    fetch: (url: string | URL | Request, options?: RequestInit) =>
      (isForStranger() ? fetchForStranger : fetchForeign)(
        url instanceof Request ? url.url : url,
        options as OutboundRequest,
      ),
    fetchResponseBodyLimits: {
      jwks_uri: LARGEST_ANSWER,
      sector_identifier_uri: LARGEST_ANSWER,
      'client_id metadata document': LARGEST_DOCUMENT,
    },
  } as Configuration;
}

/** Does not repeat failures at once: any request that names a client can have its keys fetched. */
function withPauses(fetchOnce: OutboundFetch, clock: Clock): OutboundFetch {
  const failed = new BoundedCache<string, number>(MOST_PAUSES);
  return async (url, request) => {
    const key = `${request?.method ?? 'GET'} ${String(url)}`;
    const since = failed.get(key);
    if (since !== undefined && clock.now() - since < PAUSE_MS) throw new Error(`${new URL(url).host} failed just now`);
    try {
      const answer = await fetchOnce(url, request);
      if (!answer.ok) failed.set(key, clock.now());
      return answer;
    } catch (error) {
      failed.set(key, clock.now());
      throw error;
    }
  };
}

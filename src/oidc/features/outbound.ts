import type { Configuration } from 'oidc-provider';

/** Bytes. */
const LARGEST_ANSWER = 256 * 1024;

/**
 * What the server fetches of clients: their keys, logout notices. oidc-provider brings a dispatcher that closes connections
 * to private addresses, two and a half seconds' patience, and follows no redirects.
 * @param allowPrivate leaves the dispatcher out: for installations whose apps live in a private network.
 */
export function outbound(allowPrivate: boolean): Configuration {
  return {
    fetch: (url, options) => {
      const { dispatcher, ...rest } = (options ?? {}) as RequestInit & { dispatcher?: unknown };
      return globalThis.fetch(url, {
        ...rest,
        redirect: options?.redirect ?? 'error',
        ...(!allowPrivate && dispatcher !== undefined && ({ dispatcher } as object)),
      });
    },
    fetchResponseBodyLimits: { jwks_uri: LARGEST_ANSWER, sector_identifier_uri: LARGEST_ANSWER },
  } as Configuration;
}

import type { IncomingMessage } from 'node:http';

/** Lets pages of other origins call the wire API (Fetch Standard §3.2). Answers are flat lists of header names and values. */
export interface Cors {
  /** The headers for an answer to a request from this origin. */
  answer(origin: string): readonly string[];
  /** The headers for an answer to `OPTIONS`; `undefined` if it is not a preflight. */
  preflight(request: IncomingMessage): readonly string[] | undefined;
}

/** The response headers that a page may read. */
const EXPOSED = 'x-amzn-RequestId, x-amzn-ErrorType, x-amzn-query-error, Date';
const METHODS = 'GET, POST';
/** How many seconds a browser may cache a preflight. */
const MAX_AGE = '86400';
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;
const MAX_NAMES_LENGTH = 4096;
const ANY = '*';

/**
 * Creates the CORS headers for the allowed origins; `*` allows any. Calls are signed or carry their own token, never cookies, so an
 * origin can only use credentials that the caller has given it: `Access-Control-Allow-Credentials` is never sent.
 */
export function corsFor(origins: readonly string[]): Cors {
  const any = origins.includes(ANY);
  const allowed = new Set(origins);

  function allowOrigin(origin: string): readonly string[] {
    if (any) return ['Access-Control-Allow-Origin', ANY];
    // A cache must not serve one origin's answer to another, or to a request without an origin.
    if (!allowed.has(origin)) return ['Vary', 'Origin'];
    return ['Vary', 'Origin', 'Access-Control-Allow-Origin', origin];
  }

  return {
    answer: (origin) => [...allowOrigin(origin), 'Access-Control-Expose-Headers', EXPOSED],
    preflight({ headers }) {
      const { origin } = headers;
      if (origin === undefined || headers['access-control-request-method'] === undefined) return undefined;
      const allowing = allowOrigin(origin);
      if (!any && !allowed.has(origin)) return allowing;
      const asked = headers['access-control-request-headers'];
      const names =
        asked !== undefined && asked.length <= MAX_NAMES_LENGTH && HEADER_NAMES.test(asked) ? asked : undefined;
      return [
        ...allowing,
        'Access-Control-Allow-Methods',
        METHODS,
        // Listed individually: `*` does not cover `Authorization`.
        ...(names === undefined ? [] : ['Access-Control-Allow-Headers', names]),
        'Access-Control-Max-Age',
        MAX_AGE,
      ];
    },
  };
}

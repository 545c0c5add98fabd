import type { IncomingMessage } from 'node:http';

/** What lets pages of other origins call the wire API (Fetch Standard §3.2). Answers are flat names and values of headers. */
export interface Cors {
  /** For an answer to a request of this origin. */
  answer(origin: string): readonly string[];
  /** For an answer to `OPTIONS`; `undefined` where that is no preflight. */
  preflight(request: IncomingMessage): readonly string[] | undefined;
}

/** The headers of an answer that a page may read beside its body. */
const EXPOSED = 'x-amzn-RequestId, x-amzn-ErrorType, x-amzn-query-error, Date';
const METHODS = 'GET, POST';
/** Seconds that a browser may remember a preflight. */
const MAX_AGE = '86400';
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;
const LONGEST_NAMES = 4096;
const ANY = '*';

/**
 * Makes the headers for the origins that may call; `*` stands for any. Calls are signed or carry a token of their own, never
 * cookies, so an origin gains nothing from a browser that the caller has not given it: credentials are never allowed.
 */
export function corsFor(origins: readonly string[]): Cors {
  const any = origins.includes(ANY);
  const allowed = new Set(origins);

  function allowOrigin(origin: string): readonly string[] {
    if (any) return ['Access-Control-Allow-Origin', ANY];
    // Caches must not give one origin what was said to another, nor to a request without one.
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
        asked !== undefined && asked.length <= LONGEST_NAMES && HEADER_NAMES.test(asked) ? asked : undefined;
      return [
        ...allowing,
        'Access-Control-Allow-Methods',
        METHODS,
        // Named one by one: `*` does not cover `Authorization`.
        ...(names === undefined ? [] : ['Access-Control-Allow-Headers', names]),
        'Access-Control-Max-Age',
        MAX_AGE,
      ];
    },
  };
}

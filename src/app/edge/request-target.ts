import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#@]+)(\/[^?#]*)?(\?[^#]*)?$/i;
const SLASH = 0x2f;

/**
 * Brings the request target to origin form in place. A server must take the absolute form too, and then its authority counts, not
 * the `Host` header (RFC 9112 §3.2.2). Tells whether the target is one that a server can answer.
 */
export function settleTarget(request: IncomingMessage): boolean {
  const target = request.url ?? '/';
  if (target.charCodeAt(0) === SLASH) return true;
  const [, authority, path, query = ''] = ABSOLUTE.exec(target) ?? [];
  if (authority === undefined) return false;
  request.url = `${path ?? '/'}${query}`;
  request.headers.host = authority;
  return true;
}

/** Whether a request has more than one `Host` header, which a server must refuse (RFC 9112 §3.2). */
export function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

/** Whether a header is sent more than once. Call it before anything is added to the headers: it compares counts. */
export function hasRepeatedHeaders({ headers, rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (const _name in headers) count += 2;
  return count !== rawHeaders.length;
}

/**
 * The headers of a request with repeated ones as lists. Node joins them by `, ` or drops all but the first, and neither is what
 * Signature Version 4 covers. Without repeated headers, `request.headers` says the same and costs no copy.
 */
export function signedHeaders(
  request: IncomingMessage,
): Readonly<Record<string, string | readonly string[] | undefined>> {
  const distinct: Record<string, string | readonly string[] | undefined> = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    distinct[name] = values.length === 1 ? values[0] : values;
  }
  distinct['host'] = request.headers.host;
  return distinct;
}

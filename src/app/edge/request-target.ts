import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#@]+)(\/[^?#]*)?(\?[^#]*)?$/i;
const SLASH = 0x2f;

/**
 * Rewrites the request target to origin form in place. A server must also accept the absolute form, and then its authority replaces
 * the `Host` header (RFC 9112 §3.2.2). Returns whether the server can answer this target.
 */
export function normalizeTarget(request: IncomingMessage): boolean {
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

/** Whether any header is repeated. Call this before adding headers, because it compares counts. */
export function hasRepeatedHeaders({ headers, rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (const _name in headers) count += 2;
  return count !== rawHeaders.length;
}

/**
 * A request's headers, with repeated ones as lists. Node joins repeated headers with `, ` or drops all but the first, and neither
 * matches what Signature Version 4 signs. Without repeated headers, `request.headers` is the same and needs no copy.
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

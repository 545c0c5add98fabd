import { UsageError } from './failure.ts';

/** Parses a URL; `undefined` if the text is none. (`URL.parse` is missing in Node 20.) */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** Whether a host is this machine for certain: its traffic leaves through no network. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * Reads the public URL of a server, without a trailing slash. Codes, tokens and credentials travel there, so it must be https, except on
 * this machine.
 * @throws {UsageError}
 */
export function parseEndpoint(text: string): string {
  const url = parseUrl(text);
  if (url === undefined)
    throw new UsageError(`${text} is not a URL: give the public URL of the server, such as https://iam.example.com`);
  requireSafe(url);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UsageError('the endpoint must have no user name, query or fragment');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** @throws {UsageError} unless requests to the URL are protected on their way. */
export function requireSafe(url: URL): void {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return;
  throw new UsageError(
    `${url.origin} must begin with https:// because tokens and credentials would travel unprotected; plain http is for this machine only`,
  );
}

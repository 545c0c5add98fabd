import type { ServerResponse } from 'node:http';

/** Headers of everything that is not a page: no caching, sniffing, framing, scripts or referrers. */
export const PLAIN_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
} as const;

/** The methods of paths that can only be read. */
export const READ_METHODS = 'GET, HEAD, OPTIONS';

/** Answers in plain text. */
export function sendPlain(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  const contentType = type.includes(';') ? type : `${type}; charset=utf-8`;
  response.writeHead(status, { ...PLAIN_HEADERS, 'Content-Type': contentType }).end(text);
}

/** Answers `OPTIONS`, or a method that a path does not support (RFC 9110 §9.3.7, §15.5.6). */
export function sendAllowed(response: ServerResponse, status: 204 | 405, methods: string): void {
  response.writeHead(status, { ...PLAIN_HEADERS, Allow: methods }).end();
}

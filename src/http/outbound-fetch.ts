import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isSpecialAddress } from './special-addresses.ts';

export interface OutboundOptions {
  /** Whether requests to private networks and to this machine are allowed. */
  readonly allowPrivate: boolean;
  /** Maximum size of a response body in bytes. */
  readonly limit: number;
  readonly timeoutMs: number;
  /** PEM certificates of the only certificate authorities to trust. Default: Node's own list. */
  readonly ca?: string;
}

export interface OutboundRequest {
  readonly method?: string | undefined;
  readonly headers?: RequestInit['headers'];
  readonly body?: RequestInit['body'];
  readonly signal?: AbortSignal | null | undefined;
}

/** Requests a URL that comes from outside. Redirects are not followed, but returned as they are. */
export type OutboundFetch = (url: string | URL, request?: OutboundRequest) => Promise<Response>;

const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Resolves names to public addresses only. The connection itself uses this lookup, so a name that resolves differently
 * the second time (DNS rebinding) cannot bypass the check.
 */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const open = addresses.filter(({ address }) => !isSpecialAddress(address));
    const [first] = open;
    if (first === undefined) return callback(new Error(`${hostname} has no public address`), []);
    if (options.all === true) return callback(null, open);
    return callback(null, first.address, first.family);
  });
};

function requireAllowed(url: URL, allowPrivate: boolean): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error(`${url.protocol} URLs are not allowed`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(host) !== 0 && isSpecialAddress(host)) throw new Error(`${host} is not a public address`);
}

/** Creates the client for URLs that clients and partners supply (OWASP SSRF prevention). It limits destinations, time and size. */
export function outboundFetch({ allowPrivate, limit, timeoutMs, ca }: OutboundOptions): OutboundFetch {
  return async (address, { method = 'GET', headers, body, signal } = {}) => {
    const url = new URL(address);
    requireAllowed(url, allowPrivate);
    const content =
      body === undefined || body === null ? undefined : Buffer.from(await new Response(body).arrayBuffer());
    const deadline = AbortSignal.timeout(timeoutMs);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((resolveAnswer, reject) => {
      const request = send(url, {
        method,
        headers: { ...Object.fromEntries(new Headers(headers)), ...(content && { 'content-length': content.length }) },
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        agent: false,
        ...(ca !== undefined && { ca }),
        ...(!allowPrivate && { lookup: lookupPublic }),
      });
      request.on('error', reject);
      request.on('response', (answer) => {
        const chunks: Buffer[] = [];
        let length = 0;
        answer.on('error', reject);
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length <= limit) chunks.push(chunk);
          else {
            // Destroying the request alone would be too late if the whole response has already arrived.
            reject(new Error(`the response from ${url.host} is larger than ${limit} bytes`));
            request.destroy();
          }
        });
        answer.on('end', () => {
          const status = answer.statusCode ?? 502;
          const pairs = Object.entries(answer.headersDistinct).flatMap(([name, values]) =>
            (values ?? []).map((value): [string, string] => [name, value]),
          );
          resolveAnswer(
            new Response(WITHOUT_BODY.has(status) ? null : Buffer.concat(chunks), {
              status,
              headers: new Headers(pairs),
            }),
          );
        });
      });
      request.end(content);
    });
  };
}

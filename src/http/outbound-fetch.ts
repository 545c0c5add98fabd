import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isSpecialAddress } from './special-addresses.ts';

export interface OutboundOptions {
  /** Whether addresses of private networks and of this machine may be called. */
  readonly allowPrivate: boolean;
  /** Bytes of an answer's body. */
  readonly limit: number;
  readonly timeoutMs: number;
}

export interface OutboundRequest {
  readonly method?: string | undefined;
  readonly headers?: RequestInit['headers'];
  readonly body?: RequestInit['body'];
  readonly signal?: AbortSignal | null | undefined;
}

/** Calls an address that someone else named. Redirects are not followed: their answers are handed back as they are. */
export type OutboundFetch = (url: string | URL, request?: OutboundRequest) => Promise<Response>;

const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Resolves names to public addresses alone. It is what the connection itself uses, so that a name which answers differently
 * the second time (DNS rebinding) gains nothing.
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
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error(`${url.protocol} addresses are not called`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(host) !== 0 && isSpecialAddress(host)) throw new Error(`${host} is no public address`);
}

/** The one client for addresses that clients and partners name (OWASP SSRF prevention): limited in where, how long, how much. */
export function outboundFetch({ allowPrivate, limit, timeoutMs }: OutboundOptions): OutboundFetch {
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
            // Destroying alone would come too late where the whole answer is here already.
            reject(new Error(`the answer of ${url.host} is larger than ${limit} bytes`));
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

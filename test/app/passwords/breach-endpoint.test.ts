import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { breachEndpoint } from '../../../src/app/passwords/breach-endpoint.ts';
import { outboundFetch } from '../../../src/http/outbound-fetch.ts';
import { type BreachOutcome, openBreachedPasswords } from '../../../src/identity/passwords/breached-passwords.ts';

/** A stand-in for the range API of Pwned Passwords. */

const LISTED = 'four herons on a windy pier';
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const seen: string[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString('latin1');
  });
  request.on('end', () => {
    seen.push(JSON.stringify([request.method, request.url, request.rawHeaders, body]));
    answer(request, response);
  });
});
let endpoint: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
  answer = (_, response) => response.end(lines(`${sha1(LISTED).slice(5)}:12`, `${'0'.repeat(35)}:0`));
});

const lines = (...all: readonly string[]): string => all.join('\r\n');

function open(options: { whenUnavailable?: 'accept' | 'refuse'; allowPrivate?: boolean; timeoutMs?: number } = {}) {
  const { whenUnavailable = 'accept', allowPrivate = true, timeoutMs = 30_000 } = options;
  const outcomes: (BreachOutcome | string)[] = [];
  const breached = openBreachedPasswords({
    list: breachEndpoint(endpoint, outboundFetch({ allowPrivate, limit: 10_000, timeoutMs })),
    whenUnavailable,
    observe: (outcome, error) => outcomes.push(outcome, ...(error === undefined ? [] : [String(error)])),
  });
  return { breached, outcomes };
}

test('[S22] a password on the list is found, another one of the same range is not', async () => {
  const { breached, outcomes } = open();
  expect(await breached.has(LISTED)).toBe(true);
  answer = (_, response) => response.end(lines(`${'1'.repeat(35)}:12`));
  expect(await breached.has(LISTED)).toBe(false);
  expect(outcomes).toEqual(['listed', 'not-listed']);
});

test('never more than five digits of the hash leave the server, and padding is asked for', async () => {
  await open().breached.has(LISTED);
  const hash = sha1(LISTED);
  expect(seen).toHaveLength(1);
  const [request = ''] = seen;
  const [method, url, , body] = JSON.parse(request) as [string, string, string[], string];
  expect([method, url, body]).toEqual(['GET', `/range/${hash.slice(0, 5)}`, '']);
  expect(request.toUpperCase()).not.toContain(hash.slice(0, 6));
  expect(request).not.toContain('herons');
  expect(request).toMatch(/"add-padding","true"/i);
});

test('an entry that is padding (count 0) says nothing', async () => {
  answer = (_, response) => response.end(lines(`${sha1(LISTED).slice(5)}:0`));
  expect(await open().breached.has(LISTED)).toBe(false);
});

test.each<[string, (request: IncomingMessage, response: ServerResponse) => void, { timeoutMs?: number }]>([
  ['an error', (_, response) => response.writeHead(503).end(), {}],
  ['a redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end(), {}],
  ['a page of a proxy', (_, response) => response.end('<html>Sign in to the network</html>'), {}],
  ['nothing', (_, response) => response.end(), {}],
  ['too much', (_, response) => response.end(`${'2'.repeat(35)}:1\n`.repeat(1000)), {}],
  ['a broken connection', (request) => request.socket.destroy(), {}],
  ['no answer in time', () => undefined, { timeoutMs: 50 }],
])('%s is no answer: by default the password is accepted, by setting it is refused', async (_, how, limit) => {
  answer = how;
  const lenient = open(limit);
  expect(await lenient.breached.has(LISTED)).toBe(false);
  expect(lenient.outcomes[0]).toBe('unavailable');
  expect(lenient.outcomes.join(' ')).not.toContain(sha1(LISTED).slice(0, 6));
  const strict = open({ ...limit, whenUnavailable: 'refuse' });
  await expect(strict.breached.has(LISTED)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});

test('an endpoint in a private network is not asked, unless that is allowed', async () => {
  const { breached, outcomes } = open({ allowPrivate: false });
  expect(await breached.has(LISTED)).toBe(false);
  expect(outcomes.join(' ')).toContain('not a public address');
  expect(seen).toEqual([]);
});

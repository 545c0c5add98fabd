import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InProcessServer, startInProcess } from '../../support/in-process-server.ts';
import { send, signedForm } from '../../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

const LIST_USERS = { Action: 'ListUsers', Version: '2010-05-08' };

/** Sends bytes, and gives all that comes back until the server closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    socket.setEncoding('utf8').on('data', (part) => {
      received += String(part);
    });
    socket.once('close', () => resolve(received)).once('error', reject);
    socket.end(text);
  });
}

const statusOf = (answer: string): number => Number(answer.split(' ', 2)[1]);

function head(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`;
}

describe('[RFC 9112 §3.2] the request target', () => {
  test.each([
    ['origin form', '/healthz', 200],
    ['with a trailing slash', '/healthz/', 200],
    ['absolute form', 'http://elsewhere.example/healthz', 200],
    ['absolute form in capitals', 'HTTP://elsewhere.example:80/healthz', 200],
    ['absolute form without a path', 'http://elsewhere.example', 303],
    ['absolute form with a user', 'http://user@elsewhere.example/healthz', 400],
    ['absolute form of another scheme', 'ftp://elsewhere.example/healthz', 400],
    ['asterisk form, of GET', '*', 400],
    ['several slashes', '//', 303],
  ])('%s', async (_name, target, status) => {
    expect(statusOf(await raw(head(`GET ${target}`, { Host: 'a.example' })))).toBe(status);
  });

  test('asterisk form, for OPTIONS', async () => {
    const answer = await raw(head('OPTIONS *', { Host: 'a.example' }));
    expect(statusOf(answer)).toBe(204);
    expect(answer).toContain('Allow: GET, HEAD, POST, OPTIONS');
  });

  test('[§3.2.2] the authority of the absolute form counts, not Host: it is what the signature covers', async () => {
    const { headers, body } = signedForm(server.url, LIST_USERS, server.admin);
    const { Host: host, ...others } = headers;
    const send = (authority: string, hostHeader: string) =>
      raw(`${head(`POST http://${authority}/`, { ...others, Host: hostHeader })}${body}`);
    expect(statusOf(await send(host ?? '', 'other.example'))).toBe(200);
    expect(statusOf(await send('other.example', host ?? ''))).toBe(403);
  });

  test('a signed request with several slashes is for the root', async () => {
    const request = signedForm(server.url, LIST_USERS, server.admin);
    expect((await send(server.url, { ...request, path: '//' })).status).toBe(200);
  });
});

describe('[RFC 9112 §3.2] Host', () => {
  test.each([
    ['two', 'Host: a.example\r\nHost: b.example\r\n'],
    ['twice the same', 'Host: a.example\r\nhost: a.example\r\n'],
    ['none', ''],
  ])('%s is refused', async (_name, hosts) => {
    expect(statusOf(await raw(`GET /healthz HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`))).toBe(400);
  });

  test('two are refused even with a target in absolute form', async () => {
    const hosts = 'Host: a.example\r\nHost: b.example\r\n';
    const line = 'GET http://a.example/healthz HTTP/1.1';
    expect(statusOf(await raw(`${line}\r\n${hosts}Connection: close\r\n\r\n`))).toBe(400);
  });
});

describe('[SigV4] repeated headers', () => {
  const sendWith = (signed: string, lines: readonly string[]) => {
    const { headers, body } = signedForm(server.url, LIST_USERS, server.admin, { headers: { 'X-Many': signed } });
    const { 'X-Many': _, ...others } = headers;
    const text = head('POST /', others).replace('Connection:', `${lines.join('\r\n')}\r\nConnection:`);
    return raw(text + body);
  };

  test('are joined by a comma without a space', async () => {
    expect(statusOf(await sendWith('a,b,c', ['X-Many: a', 'x-many:   b', 'X-MANY: c']))).toBe(200);
  });

  test('and differ from one with a comma and a space', async () => {
    expect(statusOf(await sendWith('a, b', ['X-Many: a, b']))).toBe(200);
    expect(statusOf(await sendWith('a, b', ['X-Many: a', 'X-Many: b']))).toBe(403);
  });

  test('two Authorization headers are refused', async () => {
    const { headers, body } = signedForm(server.url, LIST_USERS, server.admin);
    const text = head('POST /', headers).replace('Connection:', 'Authorization: Bearer x\r\nConnection:');
    expect(statusOf(await raw(text + body))).not.toBe(200);
  });
});

describe('[RFC 9110 §9] methods', () => {
  test.each(['/healthz', '/readyz', '/readyz/calls', '/metrics', '/'])(
    'HEAD %s is GET without a body',
    async (path) => {
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => send(server.url, { method, path, headers: { Host: 'a.example' } })),
      );
      expect(head?.status).toBe(get?.status);
      expect(head?.body).toBe('');
      expect(head?.headers['content-type']).toBe(get?.headers['content-type']);
    },
  );

  test.each(['/healthz', '/readyz', '/readyz/calls', '/metrics'])('%s has only GET, HEAD and OPTIONS', async (path) => {
    for (const [method, status] of [
      ['OPTIONS', 204],
      ['POST', 405],
      ['DELETE', 405],
    ] as const) {
      const answer = await send(server.url, { method, path });
      expect([answer.status, answer.headers['allow']]).toEqual([status, 'GET, HEAD, OPTIONS']);
    }
  });

  test('the root refuses others', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE']) {
      const answer = await send(server.url, { method });
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
    }
    const answer = await send(server.url, { method: 'OPTIONS' });
    expect([answer.status, answer.headers['allow']]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
  });
});

describe('[S16] errors of the wire API', () => {
  test.each([
    ['unsigned', { body: 'Action=ListUsers&Version=2010-05-08' }],
    ['no action', { method: 'GET', path: '/?x' }],
    ['too large', { body: 'x'.repeat(1024 * 1024 + 1) }],
    ['another API', { method: 'GET', headers: { Authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/r/s3/x' } }],
  ])('%s: not stored, sniffed, framed, executed or sent as referrer', async (_name, request) => {
    const { status, headers } = await send(server.url, request);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    });
  });
});

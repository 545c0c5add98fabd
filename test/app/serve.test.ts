import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../harness/free-port.ts';
import { BODY_LIMIT } from '../../src/app/edge/read-body.ts';
import { type RunningServer, serve } from '../../src/app/serve.ts';

let port: number;
let running: RunningServer;
/** The answers that wait to be given. */
let waiting: ServerResponse[];
beforeEach(async () => {
  port = await freePort();
  waiting = [];
  running = await serve({ host: '127.0.0.1', port }, (request, response) => {
    if (request.url === '/later') waiting.push(response);
    else if (request.url === '/refuse') response.writeHead(413, ['Content-Length', '2']).end('ok');
    else request.resume().on('end', () => response.writeHead(200, ['Content-Length', '2']).end('ok'));
  });
});
afterEach(() => running.drain());

/** A connection, and what has come over it. */
async function open(): Promise<{ socket: Socket; until: (text: string) => Promise<string>; ended: Promise<unknown> }> {
  const socket = connect({ host: '127.0.0.1', port });
  let received = '';
  let arrived = (): void => {};
  socket.setEncoding('utf8').on('data', (part) => {
    received += String(part);
    arrived();
  });
  const ended = once(socket, 'end');
  await once(socket, 'connect');
  return {
    socket,
    ended,
    async until(text) {
      while (!received.includes(text)) await new Promise<void>((resolve) => (arrived = resolve));
      const taken = received;
      received = '';
      return taken;
    },
  };
}

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n`;

describe('[RFC 9112 §9.6] a server that is about to stop', () => {
  test('closes a busy connection after its next answer, and still accepts new ones', async () => {
    const busy = await open();
    busy.socket.write(GET('/'));
    expect(await busy.until('ok')).toContain('Connection: keep-alive');
    running.sendAway();
    busy.socket.write(GET('/'));
    expect(await busy.until('ok')).toContain('Connection: close');
    await busy.ended;
    const late = await open();
    late.socket.write(GET('/'));
    expect(await late.until('ok')).toContain('Connection: close');
    await late.ended;
  });

  test('sends Connection: close in answers to requests in progress', async () => {
    const { socket, until, ended } = await open();
    socket.write(GET('/later'));
    while (waiting.length === 0) await new Promise(setImmediate);
    const drained = running.drain();
    waiting[0]?.end('ok');
    expect(await until('ok')).toContain('Connection: close');
    await ended;
    await drained;
  });
});

describe('[RFC 9110 §10.1.1] Expect: 100-continue', () => {
  const post = (path: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;

  test('gets 100 Continue', async () => {
    const { socket, until } = await open();
    socket.write(post('/', 2));
    expect(await until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    socket.write('{}');
    await until('ok');
    socket.destroy();
  });

  test('is refused at once if the request would be refused anyway', async () => {
    const { socket, until } = await open();
    socket.write(post('/refuse', BODY_LIMIT + 1));
    expect(await until('ok')).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('another expectation is refused', async () => {
    const { socket, until } = await open();
    socket.write('GET / HTTP/1.1\r\nHost: a.example\r\nExpect: miracles\r\n\r\n');
    expect(await until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 417 /);
    socket.destroy();
  });
});

describe('[RFC 6585 §5] an unreadable request is refused with an explanation', () => {
  const sized = (length: number) => `GET / HTTP/1.1\r\nHost: a.example\r\nX-Filler: ${'x'.repeat(length)}\r\n\r\n`;
  const long = (length: number) => GET(`/?state=${'x'.repeat(length)}`);

  test.each([
    ['headers', sized],
    ['a request target', long],
  ])('%s of up to 15 KiB are accepted; more than 16 KiB: 431', async (_what, request) => {
    const small = await open();
    small.socket.write(request(15 * 1024));
    expect(await small.until('ok')).toContain('HTTP/1.1 200');
    const large = await open();
    large.socket.write(request(17 * 1024));
    const answer = await large.until('KiB');
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(answer).toContain('the request target and the headers together are larger than 16 KiB');
    await large.ended;
    small.socket.destroy();
  });

  test('data that is not HTTP: 400', async () => {
    const { socket, until, ended } = await open();
    socket.write('\u0016\u0003\u0001 hello\r\n\r\n');
    expect(await until('valid')).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n(?:.*\r\n)*this is not a valid HTTP\/1\.1 request/,
    );
    await ended;
  });
});

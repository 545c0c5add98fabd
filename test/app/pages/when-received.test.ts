import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { whenReceived } from '../../../src/app/pages/when-received.ts';

let received: (readonly [length: number, body: string])[];
let server: ReturnType<typeof createServer>;
let socket: Socket;

beforeEach(async () => {
  received = [];
  server = createServer((request: IncomingMessage, response) => {
    whenReceived(request, () => {
      const length = request.readableLength;
      void text(request).then((body) => {
        received.push([length, body]);
        response.end('ok');
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
});
afterEach(async () => {
  socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const head = (more: string): string => `POST / HTTP/1.1\r\nHost: localhost\r\n${more}\r\n\r\n`;
const answered = (): Promise<unknown> => once(socket, 'data');

test('a request without a body goes on at once', async () => {
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await answered();
  expect(received).toEqual([[0, '']]);
});

test.each([
  ['with its length', 'Content-Length: 10', ['hello', 'world']],
  ['in chunks', 'Transfer-Encoding: chunked', ['5\r\nhello\r\n', '5\r\nworld\r\n0\r\n\r\n']],
])('a body that comes slowly is whole when the request goes on: %s', async (_, header, [first = '', second = '']) => {
  const parsed = once(server, 'request');
  socket.write(head(header) + first);
  await parsed;
  expect(received).toEqual([]);
  socket.write(second);
  await answered();
  expect(received).toEqual([[10, 'helloworld']]);
});

test('head and body in one piece, and an empty body', async () => {
  socket.write(`${head('Content-Length: 5')}hello`);
  await answered();
  socket.write(head('Content-Length: 0'));
  await answered();
  expect(received.map(([, body]) => body)).toEqual(['hello', '']);
});

test('a long body goes on before it is whole, so that little is held in memory', async () => {
  const long = 'x'.repeat(200_000);
  socket.write(head(`Content-Length: ${long.length}`) + long);
  await answered();
  const [length = 0, body] = received[0] ?? [];
  expect([length < long.length, length >= 16 * 1024, body === long]).toEqual([true, true, true]);
});

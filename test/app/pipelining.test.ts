import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mount, type Routes } from '../../src/app/edge/mount.ts';
import { trustedProxies } from '../../src/http/client-address.ts';
import type { WireAnswer } from '../../src/operations/wire-answer.ts';

/** Answers of the wire API that say what was asked, after as many turns as the request says. */
let server: Server;
const faults: unknown[] = [];
beforeAll(async () => {
  const routes: Routes = {
    wire({ method, rawQuery, body }) {
      const text = body.toString();
      const answer: WireAnswer = {
        status: 200,
        requestId: 'id',
        contentType: 'text/xml',
        body: `<${method} ${rawQuery}>${text}`,
      };
      const turns = Number(/wait=(\d+)/.exec(rawQuery + text)?.[1] ?? 0);
      return turns === 0 ? answer : later(turns).then(() => answer);
    },
    servesTarget: () => false,
    files: () => false,
    tooLarge: () => ({ status: 413, requestId: 'id', contentType: 'text/xml', body: 'too large' }),
    unserved: () => ({ status: 400, requestId: 'id', contentType: 'text/xml', body: 'unserved' }),
    ready: async () => ({ ok: true, servesCalls: true, text: 'ready' }),
    metrics: async () => ({ contentType: 'text/plain', text: 'metrics' }),
    pages: (_, response) => void response.end('page'),
    trustedProxies: trustedProxies([]),
    fault: (error) => void faults.push(error),
  };
  server = createServer(mount(routes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(faults).toEqual([]);
});

async function later(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise(setImmediate);
}

function open(): Socket {
  return connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, noDelay: true });
}

/** Sends the pieces one after the other, and answers with all that comes until the server ends. */
async function converse(pieces: readonly string[]): Promise<string> {
  const socket = open();
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
  });
  const ended = new Promise<void>((resolve, reject) => socket.once('close', () => resolve()).once('error', reject));
  for (const piece of pieces) {
    socket.write(piece);
    await later(1);
  }
  await ended;
  return received;
}

/** The bodies of answers that come one behind the other, read strictly by their lengths. */
function bodiesOf(received: string): string[] {
  const bodies: string[] = [];
  let rest = Buffer.from(received);
  while (rest.length > 0) {
    const headEnd = rest.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(rest.toString('utf8', 0, headEnd))?.[1]);
    expect(length).not.toBeNaN();
    bodies.push(rest.toString('utf8', headEnd + 4, headEnd + 4 + length));
    rest = rest.subarray(headEnd + 4 + length);
  }
  return bodies;
}

const HOST = 'Host: x\r\n';
const LAST = 'Connection: close\r\n';

/** A request, and the body of its answer. */
const requests = fc.oneof(
  fc
    .record({ wait: fc.nat(4), text: fc.string({ unit: 'grapheme', maxLength: 40 }), isChunked: fc.boolean() })
    .map(({ wait, text, isChunked }) => {
      const body = `wait=${wait}&${text}`;
      const length = Buffer.byteLength(body);
      const sent = isChunked
        ? [`Transfer-Encoding: chunked\r\n\r\n`, `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n`]
        : [`Content-Length: ${length}\r\n\r\n`, body];
      return { head: `POST / HTTP/1.1\r\n${HOST}`, rest: sent.join(''), answer: `<POST >${body}` };
    }),
  fc
    .nat(4)
    .map((wait) => ({ head: `GET /?wait=${wait} HTTP/1.1\r\n${HOST}`, rest: '\r\n', answer: `<GET wait=${wait}>` })),
);

describe('[RFC 9112 §9.3.2] requests sent before earlier answers have arrived', () => {
  test('are each answered, in order, on every connection', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(requests, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        async (connections, size) => {
          const answers = await Promise.all(
            connections.map((asked) => {
              const text = asked
                .map(({ head, rest }, i) => head + (i === asked.length - 1 ? LAST : '') + rest)
                .join('');
              return converse(Array.from(text.matchAll(new RegExp(`.{1,${size}}`, 'gsu')), ([piece]) => piece));
            }),
          );
          expect(answers.map(bodiesOf)).toEqual(connections.map((asked) => asked.map(({ answer }) => answer)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test.each([
  ['HTTP/1.0, which closes', 'POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc', '<POST >abc'],
  [
    'HTTP/1.0, kept alive',
    `POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabcGET /?x HTTP/1.0\r\n\r\n`,
    '<POST >abc|<GET x>',
  ],
])('%s', async (_, sent, bodies) => {
  expect(bodiesOf(await converse([sent])).join('|')).toBe(bodies);
});

test('[RFC 9110 §9.3.2] HEAD: only the head of the answer, and later answers are not shifted', async () => {
  const received = await converse([
    `HEAD /?wait=2 HTTP/1.1\r\n${HOST}\r\nHEAD /?x HTTP/1.1\r\n${HOST}\r\nGET /?x HTTP/1.1\r\n${HOST}${LAST}\r\n`,
  ]);
  expect(received.split('\r\n\r\n').map((part) => part.split('\r\n', 1)[0])).toEqual([
    'HTTP/1.1 200 OK',
    'HTTP/1.1 200 OK',
    'HTTP/1.1 200 OK',
    '<GET x>',
  ]);
});

test('a body that is too large ends the connection: its content is never read as a request', async () => {
  const smuggled = `GET /?smuggled HTTP/1.1\r\n${HOST}\r\n`;
  const received = await converse([`POST / HTTP/1.1\r\n${HOST}Content-Length: 2000000\r\n\r\n${smuggled}`]);
  expect(bodiesOf(received)).toEqual(['too large']);
});

test('a client that disconnects before its answer does not affect others', async () => {
  const gone = Array.from({ length: 20 }, () => open());
  for (const [i, socket] of gone.entries()) {
    socket.on('error', () => {});
    socket.write(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${i % 2 === 0 ? 6 : 60}\r\n\r\nwait=3`);
    void later(i % 4).then(() => socket.resetAndDestroy());
  }
  const answers = await Promise.all(
    gone.map((_, i) => converse([`GET /?wait=${i % 5}&n=${i} HTTP/1.1\r\n${HOST}${LAST}\r\n`])),
  );
  expect(answers.map(bodiesOf)).toEqual(gone.map((_, i) => [`<GET wait=${i % 5}&n=${i}>`]));
});

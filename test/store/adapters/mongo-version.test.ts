import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { retryWhileUnavailable } from '../../../src/app/processes/retry-while-unavailable.ts';
import { StoreUnavailableError } from '../../../src/ports/collections.ts';
import { openMongoStore } from '../../../src/store/mongo/open-mongo-store.ts';

const { BSON } = mongoose.mongo;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
});

function message(opCode: number, requestId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + body.length, 0);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(opCode, 12);
  return Buffer.concat([head, body]);
}

/** The answer to whatever a message asks: what a primary says of itself, of a version that speaks this wire version. */
function helloTo(request: Buffer, maxWireVersion: number): Buffer {
  const hello = Buffer.from(
    BSON.serialize({
      ok: 1,
      ismaster: true,
      isWritablePrimary: true,
      minWireVersion: 0,
      maxWireVersion,
      readOnly: false,
    }),
  );
  const requestId = request.readInt32LE(4);
  if (request.readInt32LE(12) === OP_MSG) return message(OP_MSG, requestId, Buffer.concat([Buffer.alloc(5), hello]));
  expect(request.readInt32LE(12)).toBe(OP_QUERY);
  const reply = Buffer.alloc(20);
  reply.writeInt32LE(1, 16);
  return message(OP_REPLY, requestId, Buffer.concat([reply, hello]));
}

/** Stands in for a MongoDB of another version. */
async function startServer(maxWireVersion: number): Promise<string> {
  server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0);
        socket.write(helloTo(received.subarray(0, length), maxWireVersion));
        received = received.subarray(length);
      }
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return `mongodb://127.0.0.1:${address.port}/rolecall?directConnection=true`;
}

test('a MongoDB that is too old is refused, naming the oldest supported version; the start does not wait for it', async () => {
  const uri = await startServer(8);
  const { collections } = await openMongoStore({ uri, clock: { now: () => Date.now() } });
  const lines: string[] = [];
  const start = retryWhileUnavailable(() => collections.ping(), {
    log: { warn: (line) => void lines.push(line) },
    signal: new AbortController().signal,
  });
  const refusal: unknown = await start.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StoreUnavailableError);
  expect(refusal).toMatchObject({ reason: 'too-old' });
  expect(String(refusal)).toMatch(/MongoDB: it is older than MongoDB 4\.4, the oldest that works; upgrade it first/);
  expect(lines).toEqual([]);
  await collections.close();
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The server was overloaded, or one of its stores is unavailable. */
export class RefusedError extends Error {}

/** An HTTP keep-alive connection, with one request in progress at a time. */
export interface Connection {
  /** Returns the body of the answer. @throws {RefusedError} if the status is 503. @throws {Error} if it is anything else but 200. */
  exchange(request: Buffer): Promise<Buffer>;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** Node by default closes connections that are idle for five seconds. Reconnect earlier, so that no request runs into that. */
const FRESH_MS = 3_000;

/** A connection that is opened at the first request, and reopened after a pause. */
export function lastingConnection(url: string): Connection {
  const port = Number(new URL(url).port);
  let socket: Socket | undefined;
  let usedAt = 0;
  return {
    async exchange(request) {
      if (socket === undefined || socket.destroyed || performance.now() - usedAt > FRESH_MS) {
        socket?.destroy();
        socket = connect({ host: '127.0.0.1', port, noDelay: true });
        await once(socket, 'connect');
      }
      const body = await answerTo(request, socket);
      usedAt = performance.now();
      return body;
    },
  };
}

function answerTo(request: Buffer, socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const end = (settle: () => void): void => {
      socket.off('data', take).off('error', fail).off('close', close);
      settle();
    };
    const fail = (error: Error): void => end(() => reject(error));
    const close = (): void => fail(new Error('the server closed the connection'));
    const take = (chunk: Buffer): void => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd === -1) return;
      const head = received.toString('latin1', 0, headEnd);
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (length === undefined) {
        fail(new Error(`an answer without Content-Length: ${head}`));
        return;
      }
      const body = received.subarray(headEnd + HEAD_END.length);
      if (body.length < Number(length)) return;
      if (head.startsWith('HTTP/1.1 200')) end(() => resolve(body));
      else if (head.startsWith('HTTP/1.1 503')) fail(new RefusedError(body.toString('utf8')));
      else fail(new Error(`not answered with 200: ${head.split('\r\n')[0]} ${body.toString('utf8')}`));
    };
    socket.on('data', take).on('error', fail).on('close', close);
    socket.write(request);
  });
}

import { once } from 'node:events';
import { connect } from 'node:net';

/** One kept-alive HTTP connection, with one request under way at a time. */
export interface Connection {
  /** The body of the answer. @throws {Error} where the answer is not 200. */
  exchange(request: Buffer): Promise<Buffer>;
  close(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');

export async function openConnection(url: string): Promise<Connection> {
  const { port } = new URL(url);
  const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let buffered: Buffer = Buffer.alloc(0);
  let waiting: { resolve(body: Buffer): void; reject(error: Error): void } | undefined;
  const fail = (error: Error): void => waiting?.reject(error);
  socket.on('error', fail).on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    const headEnd = buffered.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = buffered.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) return fail(new Error(`an answer without Content-Length: ${head}`));
    const end = headEnd + HEAD_END.length + Number(length);
    if (buffered.length < end) return;
    const body = buffered.subarray(headEnd + HEAD_END.length, end);
    buffered = buffered.subarray(end);
    const answered = waiting;
    waiting = undefined;
    if (head.startsWith('HTTP/1.1 200')) answered?.resolve(body);
    else answered?.reject(new Error(`not answered with 200: ${head.split('\r\n')[0]} ${body.toString('utf8')}`));
  });
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
}

import { connect, type Socket } from 'node:net';

/**
 * A load generator of the plainest kind: connections that are kept alive, each of which sends the same bytes, reads the answer
 * whole and sends again. It costs so little that it is the server which is measured.
 */

export interface Load {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** The request, head and body. */
  readonly request: Buffer;
  /**
   * Whether it never sleeps while it measures, so that waking it up, which costs most where the server is slow, is not billed to the
   * server. That takes a core.
   */
  readonly staysAwake: boolean;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** How many bytes the answer at the start of the buffer has; `undefined` where its head is not there yet. */
function answerLength(buffer: Buffer): number | undefined {
  const end = buffer.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = buffer.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`not answered with 200: ${head.split('\r\n')[0]}`);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('the answer has no Content-Length');
  return end + HEAD_END.length + Number(length);
}

/** Answers per second over about `durationMs`. @throws {Error} where an answer is not 200. */
export async function measureRate(load: Load, durationMs: number): Promise<number> {
  const { host, port, connections, request, staysAwake } = load;
  let answered = 0;
  let running = true;
  const drive = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let buffered: Buffer = Buffer.alloc(0);
      socket.on('error', reject).on('close', resolve);
      socket.on('data', (chunk: Buffer) => {
        buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
        try {
          const length = answerLength(buffered);
          if (length === undefined || buffered.length < length) return;
          buffered = buffered.subarray(length);
          answered++;
          if (running) socket.write(request);
          else socket.destroy();
        } catch (error) {
          socket.destroy();
          reject(error);
        }
      });
      socket.on('connect', () => socket.write(request));
    });
  const stayAwake = (): void => void (running && setImmediate(stayAwake));
  if (staysAwake) stayAwake();
  const started = performance.now();
  const driven = Array.from({ length: connections }, () => drive(connect({ host, port, noDelay: true })));
  const ended = new Promise<void>((resolve) => setTimeout(resolve, durationMs));
  await Promise.race([ended, Promise.all(driven)]);
  const counted = answered;
  const seconds = (performance.now() - started) / 1000;
  running = false;
  await Promise.all(driven);
  return counted / seconds;
}

/** A POST of a form, as its bytes on the wire. */
export function postBytes(host: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ host, ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

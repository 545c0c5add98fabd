import { connect, type Socket } from 'node:net';

/**
 * A load generator of the plainest kind: connections, each of which sends bytes that are ready, reads the answer whole and sends
 * again. It costs so little that it is the server which is measured.
 */

export interface Load {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Requests, head and body, that each connection sends in turn. */
  readonly requests: readonly [Buffer, ...Buffer[]];
  /** Whether each request has a connection of its own. They then have to ask for that themselves (`connection: close`). */
  readonly connectsAnew?: boolean;
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
  const { host, port, connections, requests, connectsAnew = false, staysAwake } = load;
  let answered = 0;
  let running = true;
  const open = (): Socket => connect({ host, port, noDelay: true });
  const drive = (socket: Socket, first: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let buffered: Buffer = Buffer.alloc(0);
      let sent = first;
      const send = (): unknown => socket.write(requests[sent++ % requests.length] ?? requests[0]);
      socket.on('error', reject).on('close', resolve);
      socket.on('data', (chunk: Buffer) => {
        buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
        try {
          const length = answerLength(buffered);
          if (length === undefined || buffered.length < length) return;
          buffered = buffered.subarray(length);
          answered++;
          if (running && !connectsAnew) send();
          else socket.destroy();
        } catch (error) {
          socket.destroy();
          reject(error);
        }
      });
      socket.on('connect', send);
    });
  const driveAgain = async (number: number): Promise<void> => {
    for (let round = 0; running && (connectsAnew || round === 0); round++) await drive(open(), number + round);
  };
  const stayAwake = (): void => void (running && setImmediate(stayAwake));
  if (staysAwake) stayAwake();
  const started = performance.now();
  const driven = Array.from({ length: connections }, (_, number) => driveAgain(number));
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

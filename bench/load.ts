import { connect, type Socket } from 'node:net';

/**
 * A minimal load generator: connections that each send prepared bytes, read the whole answer and send again. It is cheap enough
 * that the server is the bottleneck.
 */

export interface Load {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** The requests, with head and body, that each connection sends in turn, each beginning at another one. */
  readonly requests: readonly [Buffer, ...Buffer[]];
  /** Whether each request uses a new connection. The requests must then include `connection: close`. */
  readonly reconnects?: boolean;
  /**
   * Whether the generator never sleeps while measuring, so that the cost of waking it up, which is highest with a slow server, is
   * not attributed to the server. This takes a whole core.
   */
  readonly staysAwake: boolean;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The length of the answer at the start of the buffer; `undefined` if its head is incomplete. */
function answerLength(buffer: Buffer): number | undefined {
  const end = buffer.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = buffer.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`not answered with 200: ${head.split('\r\n')[0]}`);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('the answer has no Content-Length');
  return end + HEAD_END.length + Number(length);
}

/** Answers per second over about `durationMs`. @throws {Error} if an answer is not 200. */
export async function measureRate(load: Load, durationMs: number): Promise<number> {
  const { host, port, connections, requests, reconnects = false, staysAwake } = load;
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
          if (running && !reconnects) send();
          else socket.destroy();
        } catch (error) {
          socket.destroy();
          reject(error);
        }
      });
      socket.on('connect', send);
    });
  const driveAgain = async (number: number): Promise<void> => {
    for (let round = 0; running && (reconnects || round === 0); round++) await drive(open(), number + round);
  };
  const stayAwake = (): void => void (running && setImmediate(stayAwake));
  if (staysAwake) stayAwake();
  const started = performance.now();
  const driven = Array.from({ length: connections }, (_, number) =>
    // Each connection begins elsewhere, so that they do not send the same request at the same time.
    driveAgain(Math.floor((number * requests.length) / connections)),
  );
  const ended = new Promise<void>((resolve) => setTimeout(resolve, durationMs));
  await Promise.race([ended, Promise.all(driven)]);
  const counted = answered;
  const seconds = (performance.now() - started) / 1000;
  running = false;
  await Promise.all(driven);
  return counted / seconds;
}

/** A form POST as raw bytes. */
export function postBytes(host: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ host, ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

import { connect, type Socket } from 'node:net';
import type { WireRequest } from './wire.ts';

/** An answer as it came, head and body. */
export interface RawAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly body: string;
}

/** A keep-alive connection that sends nothing twice and sees whatever comes back, also what nobody has asked for. */
export interface RawConnection {
  /** `undefined` where the connection ended before the answer was whole. One at a time. */
  exchange(request: Required<WireRequest>): Promise<RawAnswer | undefined>;
  /** What has come beyond the answers to what was sent. */
  unasked(): string;
  close(): void;
}

/** Connects to a server of this machine; a connection that is refused is over from the beginning. */
export function openRawConnection(url: string): RawConnection {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), noDelay: true });
  socket.setEncoding('utf8');
  let received = '';
  let arrived = (): void => {};
  socket.on('data', (text) => {
    received += String(text);
    arrived();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    async exchange(request) {
      if (isOver(socket)) return undefined;
      socket.write(textOf(request));
      for (;;) {
        const answer = answerIn(received);
        if (answer !== undefined) {
          received = received.slice(answer.length);
          return answer;
        }
        if (isOver(socket)) return undefined;
        await Promise.race([new Promise<void>((resolve) => (arrived = resolve)), closed]);
      }
    },
    unasked: () => received,
    close: () => void socket.destroy(),
  };
}

const isOver = (socket: Socket): boolean => socket.destroyed || socket.readableEnded;

function textOf({ method, path, headers, body }: Required<WireRequest>): string {
  const { 'Content-Length': _, ...others } = headers;
  const lines = Object.entries(others).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** The answer at the beginning, once it is whole; all answers of the wire API have a `Content-Length`, and are ASCII here. */
function answerIn(text: string): (RawAnswer & { readonly length: number }) | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd);
  const length = headEnd + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  if (Number.isNaN(length)) throw new Error(`an answer without a length: ${head}`);
  if (text.length < length) return undefined;
  return {
    status: Number(head.split(' ', 2)[1]),
    requestId: /\r\nx-amzn-requestid: (\S+)/i.exec(head)?.[1] ?? '',
    body: text.slice(headEnd + 4, length),
    length,
  };
}

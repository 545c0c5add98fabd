import type { IncomingMessage } from 'node:http';

/** The most that a request of the wire API may carry, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** How much of bodies is held, in bytes. */
export interface BodyLimits {
  /** Of one body. */
  readonly each: number;
  /** What any request may have in memory; nearly all fit. */
  readonly free: number;
  /** What all bodies that are being read may have in memory beyond that, together. */
  readonly shared: number;
}

const LIMITS: BodyLimits = { each: BODY_LIMIT, free: 16 * 1024, shared: 64 * 1024 * 1024 };

/**
 * Reads the body of a request and hands it over; or says why it is not read: then the connection must not be used again. Of a
 * client that goes away while it is sending nothing is heard. (Calls back, since a promise would cost every request a turn.)
 */
export type ReadBody = (request: IncomingMessage, take: (body: Buffer | 'too-large' | 'busy') => void) => void;

const EMPTY = Buffer.alloc(0);

/**
 * Makes what reads the bodies of requests, before anybody knows who sends them. So a body that is sent and never ended must
 * not cost much: what all of them hold together is limited, and requests of usual size are taken even when that is used up.
 */
export function bodyReader({ each, free, shared }: BodyLimits = LIMITS): ReadBody {
  let held = 0;
  return (request, take) => {
    if (Number(request.headers['content-length'] ?? 0) > each) {
      take('too-large');
      return;
    }
    let body: Buffer = EMPTY;
    let length = 0;
    let counted = 0;
    const release = (): void => {
      held -= counted;
      counted = 0;
    };
    const hold = (more: number): void => {
      // Only who holds something has to give it back, so that usual requests are spared a listener.
      if (counted === 0) request.on('close', release);
      held += more;
      counted += more;
    };
    const refuse = (why: 'too-large' | 'busy'): void => {
      request.pause().removeListener('data', append);
      body = EMPTY;
      release();
      take(why);
    };
    const append = (chunk: Buffer): void => {
      const total = length + chunk.length;
      const more = Math.max(0, total - free) - counted;
      if (total > each) refuse('too-large');
      else if (more > 0 && held + more > shared) refuse('busy');
      else {
        if (more > 0) hold(more);
        body = length === 0 ? chunk : appended(body, length, chunk);
        length = total;
      }
    };
    request.on('data', append);
    request.on('end', () => {
      release();
      take(length === body.length ? body : body.subarray(0, length));
    });
  };
}

/** Puts a chunk behind what was read. Chunks are copied: kept one by one, those of a single byte would cost a hundredfold. */
function appended(body: Buffer, length: number, chunk: Buffer): Buffer {
  const roomy = body.length >= length + chunk.length ? body : Buffer.allocUnsafeSlow(2 * (length + chunk.length));
  if (roomy !== body) body.copy(roomy, 0, 0, length);
  chunk.copy(roomy, length);
  return roomy;
}

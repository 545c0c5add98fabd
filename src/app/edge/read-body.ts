import type { IncomingMessage } from 'node:http';

/** The maximum size of a wire API request body, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** Limits on body bytes in memory. */
export interface BodyLimits {
  /** The maximum for one body. */
  readonly each: number;
  /** What any request may use; nearly all bodies fit. */
  readonly free: number;
  /** The additional memory shared by all bodies that are being read. */
  readonly shared: number;
}

const LIMITS: BodyLimits = { each: BODY_LIMIT, free: 16 * 1024, shared: 64 * 1024 * 1024 };

/**
 * Reads the body of a request and passes it on, or says why it was not read; in that case, the connection must not be reused. If the client
 * disconnects while sending, `take` is never called. (A callback, because a promise would cost every request an extra turn.)
 */
export type ReadBody = (request: IncomingMessage, take: (body: Buffer | 'too-large' | 'busy') => void) => void;

const EMPTY = Buffer.alloc(0);

/**
 * Creates the reader for request bodies. Senders are not authenticated at this point, so a body that is sent but never finished
 * must be cheap: the memory of all bodies together is limited, and requests of ordinary size are accepted even when it is used up.
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
      // Only add the listener once there is something to release, so that ordinary requests do not need one.
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

/** Appends a chunk. Chunks are copied: kept separately, one-byte chunks would take a hundred times the memory. */
function appended(body: Buffer, length: number, chunk: Buffer): Buffer {
  const roomy = body.length >= length + chunk.length ? body : Buffer.allocUnsafeSlow(2 * (length + chunk.length));
  if (roomy !== body) body.copy(roomy, 0, 0, length);
  chunk.copy(roomy, length);
  return roomy;
}

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

/** A body; or why it is not read: then the connection must not be used again. */
export type ReadBody = (request: IncomingMessage) => Promise<Buffer | 'too-large' | 'busy'>;

const EMPTY = Buffer.alloc(0);

/**
 * Makes what reads the bodies of requests, before anybody knows who sends them. So a body that is sent and never ended must
 * not cost much: what all of them hold together is limited, and requests of usual size are taken even when that is used up.
 */
export function bodyReader({ each, free, shared }: BodyLimits = LIMITS): ReadBody {
  let held = 0;
  return (request) => {
    if (Number(request.headers['content-length'] ?? 0) > each) return Promise.resolve('too-large');
    return new Promise((resolve, reject) => {
      let body: Buffer = EMPTY;
      let length = 0;
      let counted = 0;
      const release = (): void => {
        held -= counted;
        counted = 0;
      };
      const refuse = (why: 'too-large' | 'busy'): void => {
        request.pause().removeListener('data', take);
        body = EMPTY;
        release();
        resolve(why);
      };
      const take = (chunk: Buffer): void => {
        const total = length + chunk.length;
        const more = Math.max(0, total - free) - counted;
        if (total > each) refuse('too-large');
        else if (more > 0 && held + more > shared) refuse('busy');
        else {
          held += more;
          counted += more;
          body = length === 0 ? chunk : appended(body, length, chunk);
          length = total;
        }
      };
      request.on('data', take);
      request.on('end', () => {
        release();
        resolve(length === body.length ? body : body.subarray(0, length));
      });
      request.on('error', reject);
      request.on('close', () => {
        // It comes after every request: an error is made (its stack is what costs) only where there is one.
        if (request.complete) return;
        release();
        reject(new Error('the client went away while it was sending'));
      });
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

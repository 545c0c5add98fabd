import type { IncomingMessage } from 'node:http';

/** The most that a request of the wire API may carry, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/**
 * Reads a request's body whole; `undefined` where it is longer than {@link BODY_LIMIT}: then the rest is not read, and the
 * connection must not be used again.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    let first: Buffer = EMPTY;
    let rest: Buffer[] | undefined;
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > BODY_LIMIT) {
        request.pause();
        resolve(undefined);
      } else if (length === chunk.length) first = chunk;
      else {
        rest ??= [first];
        rest.push(chunk);
      }
    });
    request.on('end', () => resolve(rest === undefined ? first : Buffer.concat(rest, length)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away while it was sending')));
  });
}

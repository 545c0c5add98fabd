import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PLAIN_HEADERS, READ_METHODS, sendAllowed } from './plain-answer.ts';

/** Answers a request for a public file. Returns `false` if the path is not one, and leaves the request alone. */
export type AnswerFile = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/** Seconds for which caches may keep a file without asking again. */
const MAX_AGE = 3600;

interface PublicFile {
  readonly text: string;
  /** RFC 9110 §8.8.3; from the contents, so it is the same on every process. */
  readonly etag: string;
}

/** Serves JSON files that anyone may read and cache. Each is made when it is first asked for. */
export function publicFiles(files: ReadonlyMap<string, () => string>): AnswerFile {
  const made = new Map<string, PublicFile>();
  const fileAt = (path: string): PublicFile | undefined => {
    const make = files.get(path);
    if (make === undefined) return undefined;
    const known = made.get(path);
    if (known !== undefined) return known;
    const text = make();
    const file = { text, etag: `"${hash('sha256', text).slice(0, 32)}"` };
    made.set(path, file);
    return file;
  };
  return ({ method, headers }, response, path) => {
    const file = fileAt(path);
    if (file === undefined) return false;
    if (method !== 'GET' && method !== 'HEAD') {
      sendAllowed(response, method === 'OPTIONS' ? 204 : 405, READ_METHODS);
      return true;
    }
    const cached = { ...PLAIN_HEADERS, 'Cache-Control': `public, max-age=${MAX_AGE}`, ETag: file.etag };
    if (headers['if-none-match'] === file.etag) response.writeHead(304, cached).end();
    else {
      const length = Buffer.byteLength(file.text);
      response.writeHead(200, { ...cached, 'Content-Type': 'application/json', 'Content-Length': length });
      response.end(file.text);
    }
    return true;
  };
}

/** Tries several kinds of files, in this order. */
export function anyFile(...kinds: readonly AnswerFile[]): AnswerFile {
  return (request, response, path) => kinds.some((answer) => answer(request, response, path));
}

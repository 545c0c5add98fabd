import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../kernel/service-error.ts';

/** In bytes. The forms of our pages are far smaller. */
export const FORM_LIMIT = 16 * 1024;

/** Reads a body up to a limit. @throws {ServiceError} RequestEntityTooLarge, without buffering more than the limit. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = new ServiceError('RequestEntityTooLarge', 'The request is too large.');
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  // Keep the connection open so that an error can be returned. The error handler deals with the unread rest.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A posted form. A repeated field counts as absent, so that no two readers can disagree about its value. */
export interface Form {
  get(name: string): string | undefined;
}

/** Reads a form. @throws {ServiceError} if it is too large or not URL-encoded. */
export async function readForm(request: IncomingMessage, limit: number = FORM_LIMIT): Promise<Form> {
  return parseForm(await readFormText(request, limit));
}

/** Reads a form's text as sent. @throws {ServiceError} if it is too large or not URL-encoded. */
export async function readFormText(request: IncomingMessage, limit: number = FORM_LIMIT): Promise<string> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw new ServiceError('ValidationError', 'The form could not be read.');
  }
  return (await readBody(request, limit)).toString('utf8');
}

export function parseForm(text: string): Form {
  const fields = new URLSearchParams(text);
  return {
    get(name) {
      const values = fields.getAll(name);
      return values.length === 1 ? values[0] : undefined;
    },
  };
}

import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../kernel/service-error.ts';

/** Bytes; the forms of our pages are far smaller. */
export const FORM_LIMIT = 16 * 1024;

/** Reads a body up to a limit. @throws {ServiceError} RequestEntityTooLarge, before more than the limit was kept. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = new ServiceError('RequestEntityTooLarge', 'The request is too large.');
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  // The connection stays, or there would be none to answer on; what is left unread, whoever answers sees to.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A posted form. A field that comes twice counts as absent: no two readers may disagree on which one holds. */
export interface Form {
  get(name: string): string | undefined;
}

/** Reads a form. @throws {ServiceError} where it is too large, or not url-encoded. */
export async function readForm(request: IncomingMessage, limit: number = FORM_LIMIT): Promise<Form> {
  return parseForm(await readFormText(request, limit));
}

/** Reads a form as it was sent. @throws {ServiceError} where it is too large, or not url-encoded. */
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

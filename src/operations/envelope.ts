import { ServiceError } from '../kernel/service-error.ts';
import { type Form, parseForm, readAction } from '../wire/query/form.ts';
import { QUERY_SERVICES } from '../wire/query/operation-codec.ts';
import type { SignedRequest } from '../wire/sigv4/signed-request.ts';

/** What a request asks for, before anything else of it is read. */
export interface Envelope {
  readonly form: Form;
  readonly action: string | undefined;
  readonly version: string | undefined;
  /** The service that the version belongs to; `undefined` where none has it. */
  readonly service: string | undefined;
}

const SERVICE_OF_VERSION = new Map(Object.values(QUERY_SERVICES).map(({ version, name }) => [version, name]));

/**
 * Reads the parameters of a request: of a GET from the query string, of a POST from both it and the body (a presigned POST
 * carries its signature in the query).
 * @throws {ServiceError} MalformedQueryString, ValidationError for another method.
 */
export function readEnvelope(request: SignedRequest): Envelope {
  if (request.method !== 'POST' && request.method !== 'GET') {
    throw new ServiceError('ValidationError', `The method ${request.method} is not supported: use POST or GET.`);
  }
  const body = request.method === 'POST' ? textOf(request.body) : '';
  const form = parseForm(
    body === '' || request.rawQuery === '' ? body + request.rawQuery : `${request.rawQuery}&${body}`,
  );
  const { action, version } = readAction(form);
  return { form, action, version, service: version === undefined ? undefined : SERVICE_OF_VERSION.get(version) };
}

/** The text of a body; a view on its bytes, not a copy. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

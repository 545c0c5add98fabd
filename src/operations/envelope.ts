import { hash } from 'node:crypto';
import { BoundedCache } from '../kernel/bounded-cache.ts';
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
  /** SHA-256 of the body in hexadecimal, where the body is one that is remembered. */
  readonly bodyHash?: string;
}

const SERVICE_OF_VERSION = new Map(Object.values(QUERY_SERVICES).map(({ version, name }) => [version, name]));

/** Reads what requests ask for. @throws {ServiceError} as {@link readEnvelope}. */
export type ReadEnvelope = (request: SignedRequest) => Envelope;

/** `Action` and `Version` of the longest name are shorter. */
const LONGEST_REMEMBERED = 100;
const ENVELOPES_HELD = 500;

/**
 * Makes what reads envelopes. Those of bodies that say no more than `Action` and `Version` are remembered, with their hashes, since all
 * who call an operation without parameters send the same: that spares them 1 µs. Longer ones may hold secrets, and are not kept.
 */
export function envelopeReader(): ReadEnvelope {
  const known = new BoundedCache<string, Envelope>(ENVELOPES_HELD);
  return (request) => {
    if (request.method !== 'POST' || request.rawQuery !== '' || request.body.length > LONGEST_REMEMBERED) {
      return readEnvelope(request);
    }
    // Byte for byte, since the hash must be this body's: as UTF-8, bodies that differ could be one text.
    const bytes = viewOf(request.body).toString('latin1');
    const remembered = known.get(bytes);
    if (remembered !== undefined) return remembered;
    const envelope = readEnvelope(request);
    const { form, service, action } = envelope;
    if (service === undefined || action === undefined || form.size !== 2) return envelope;
    const kept = { ...envelope, bodyHash: hash('sha256', request.body) };
    known.set(bytes, kept);
    return kept;
  };
}

/**
 * Reads the parameters of a request: of a GET from the query string, of a POST from both it and the body (a presigned POST
 * carries its signature in the query).
 * @throws {ServiceError} MalformedQueryString, ValidationError for another method.
 */
function readEnvelope(request: SignedRequest): Envelope {
  if (request.method !== 'POST' && request.method !== 'GET') {
    throw new ServiceError('ValidationError', `The method ${request.method} is not supported: use POST or GET.`);
  }
  const form = formOf(request);
  const { action, version } = readAction(form);
  return { form, action, version, service: version === undefined ? undefined : SERVICE_OF_VERSION.get(version) };
}

/** The parameters of a request, whatever its method. @throws {ServiceError} MalformedQueryString. */
export function formOf({ method, rawQuery, body }: SignedRequest): Form {
  const text = method === 'POST' ? viewOf(body).toString('utf8') : '';
  return parseForm(text === '' || rawQuery === '' ? text + rawQuery : `${rawQuery}&${text}`);
}

/** A body as a buffer; not a copy. */
function viewOf(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

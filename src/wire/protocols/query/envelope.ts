import { hash } from 'node:crypto';
import { BoundedCache } from '../../../kernel/bounded-cache.ts';
import { ServiceError } from '../../../kernel/service-error.ts';
import type { SignedRequest } from '../../sigv4/signed-request.ts';
import type { Envelope, Form } from '../protocol.ts';
import { parseForm, readAction } from './form.ts';
import { QUERY_SERVICES } from './operation-codec.ts';

const SERVICE_OF_VERSION = new Map(Object.values(QUERY_SERVICES).map(({ version, name }) => [version, name]));

/** Reads the envelope of a request. @throws {ServiceError} as {@link readEnvelope}. */
export type ReadEnvelope = (request: SignedRequest) => Envelope;

/** Longer than any `Action` and `Version` together. */
const LONGEST_REMEMBERED = 100;
const MAX_CACHED_ENVELOPES = 500;

/**
 * Creates a reader of envelopes. Caches the envelopes and hashes of bodies that contain only `Action` and `Version`,
 * because all callers of an operation without parameters send the same body. Longer bodies may contain secrets and
 * are not cached.
 */
export function envelopeReader(): ReadEnvelope {
  const known = new BoundedCache<string, Envelope>(MAX_CACHED_ENVELOPES);
  return (request) => {
    if (request.method !== 'POST' || request.rawQuery !== '' || request.body.length > LONGEST_REMEMBERED) {
      return readEnvelope(request);
    }
    // Keyed byte for byte, because the hash must be that of this very body; as UTF-8, different bodies could become
    // the same text.
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
 * Reads the parameters of a request: from the query string for a GET, from both the query string and the body for a
 * POST (a presigned POST has its signature in the query).
 * @throws {ServiceError} MalformedQueryString, ValidationError for another method.
 */
function readEnvelope(request: SignedRequest): Envelope {
  if (request.method !== 'POST' && request.method !== 'GET') {
    throw new ServiceError('ValidationError', `The method ${request.method} is not supported: use POST or GET.`);
  }
  const form = formOf(request);
  const { action, version } = readAction(form);
  return { service: version === undefined ? undefined : SERVICE_OF_VERSION.get(version), action, version, form };
}

/** The parameters of a request, whatever its method. @throws {ServiceError} MalformedQueryString. */
function formOf({ method, rawQuery, body }: SignedRequest): Form {
  const text = method === 'POST' ? viewOf(body).toString('utf8') : '';
  return parseForm(text === '' || rawQuery === '' ? text + rawQuery : `${rawQuery}&${text}`);
}

/** A buffer that shares the memory of the body. */
function viewOf(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

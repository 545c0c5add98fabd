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
}

const SERVICE_OF_VERSION = new Map(Object.values(QUERY_SERVICES).map(({ version, name }) => [version, name]));

/** Reads what requests ask for. @throws {ServiceError} as {@link readEnvelope}. */
export type ReadEnvelope = (request: SignedRequest) => Envelope;

/** `Action` and `Version` of the longest name are shorter. */
const LONGEST_REMEMBERED = 100;
const ENVELOPES_HELD = 500;

/**
 * Makes what reads envelopes. Those of bodies that say no more than `Action` and `Version` are remembered, since all who call an
 * operation without parameters send the same: that spares them 0.5 µs. Longer ones may hold secrets, and are not kept.
 */
export function envelopeReader(): ReadEnvelope {
  const known = new BoundedCache<string, Envelope>(ENVELOPES_HELD);
  return (request) => {
    if (request.method !== 'POST' || request.rawQuery !== '' || request.body.length > LONGEST_REMEMBERED) {
      return readEnvelope(request);
    }
    const text = textOf(request.body);
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const envelope = envelopeOf(text);
    const { form, service, action } = envelope;
    if (service !== undefined && action !== undefined && form.size === 2) known.set(text, envelope);
    return envelope;
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
  const body = request.method === 'POST' ? textOf(request.body) : '';
  return envelopeOf(body === '' || request.rawQuery === '' ? body + request.rawQuery : `${request.rawQuery}&${body}`);
}

function envelopeOf(text: string): Envelope {
  const form = parseForm(text);
  const { action, version } = readAction(form);
  return { form, action, version, service: version === undefined ? undefined : SERVICE_OF_VERSION.get(version) };
}

/** The text of a body; a view on its bytes, not a copy. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

import type { StaticOperationSchema } from '@smithy/types';
import { ServiceError } from '../../../kernel/service-error.ts';
import type { ServiceConstraints } from '../../constraints/service-constraints.ts';
import type { RefuseInput } from '../../constraints/violations.ts';
import { headerValue, type SignedRequest } from '../../sigv4/signed-request.ts';
import { ECHO_LIMIT, type Envelope, type OperationCodec, type Protocol, type ServiceIdentity } from '../protocol.ts';
import { JSON_CONTENT_TYPE } from './content-type.ts';
import { compileJsonDecoder } from './decode.ts';
import { compileJsonEncoder, compileJsonPieces } from './encode.ts';
import { encodeJsonError } from './encode-error.ts';
import { JSON_ERRORS } from './json-errors.ts';

/** A service of the AWS JSON 1.1 protocol, as it appears on the wire. */
export interface JsonService extends ServiceIdentity {
  /** The part of `X-Amz-Target` before the operation, without the dot. */
  readonly targetPrefix: string;
  /** Further such parts that clients send. */
  readonly otherTargetPrefixes?: readonly string[];
  readonly version: string;
  readonly constraints: ServiceConstraints;
  /** Makes the service's own error for bad input. Default: `ValidationException`. */
  readonly refuseInput?: RefuseInput;
}

/** Every way in which clients name a service in `X-Amz-Target`. */
export function targetPrefixes({ targetPrefix, otherTargetPrefixes = [] }: JsonService): readonly string[] {
  return [targetPrefix, ...otherTargetPrefixes];
}

const NO_FORM: ReadonlyMap<string, string> = new Map();

/** AWS JSON 1.1: `POST /`, the operation in `X-Amz-Target`, its input and output as JSON objects. */
export function jsonProtocol(services: readonly JsonService[]): Protocol {
  const byNamespace = new Map(services.map((service) => [service.namespace, service]));
  const byPrefix = new Map(
    services.flatMap((service) => targetPrefixes(service).map((prefix) => [prefix, service] as const)),
  );
  return {
    services,
    readEnvelope(request) {
      requireJson(request);
      const target = headerValue(request.headers, 'x-amz-target') ?? '';
      const dot = target.lastIndexOf('.');
      const service = byPrefix.get(target.slice(0, Math.max(dot, 0)));
      return { service: service?.name, action: target.slice(dot + 1), version: service?.version, form: NO_FORM };
    },
    refuseOperation,
    compile: (schema) => compile(schema, byNamespace.get(schema[1])),
    encodeError: (error) => encodeJsonError(error),
  };
}

/** @throws {ServiceError} UnsupportedMediaTypeException. Clients of this protocol always send its content type. */
function requireJson({ headers }: SignedRequest): void {
  const [type = ''] = (headerValue(headers, 'content-type') ?? '').split(';', 1);
  if (type.trim().toLowerCase() === JSON_CONTENT_TYPE) return;
  throw new ServiceError(JSON_ERRORS.UnsupportedMediaTypeException, `The Content-Type must be ${JSON_CONTENT_TYPE}.`);
}

function refuseOperation({ action = '', version }: Envelope): never {
  throw new ServiceError(
    'InvalidAction',
    `Could not find operation ${action.slice(0, ECHO_LIMIT)} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
  );
}

function compile(schema: StaticOperationSchema, service: JsonService | undefined): OperationCodec {
  if (service === undefined) throw new RangeError(`no service with the namespace \`${schema[1]}\``);
  const decode = compileJsonDecoder(schema, service.constraints, service.refuseInput);
  const encode = compileJsonEncoder(schema);
  const pieces = compileJsonPieces(schema);
  return {
    decode: (_form, body) => decode(parseBody(body)),
    decodeValue: decode,
    encode: (output) => ({ contentType: JSON_CONTENT_TYPE, body: encode(output) }),
    pieces: pieces && ((output) => ({ contentType: JSON_CONTENT_TYPE, pieces: pieces(output) })),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as a JSON value. Without a body, the input is empty. @throws {ServiceError} SerializationException. */
function parseBody(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw new ServiceError(JSON_ERRORS.SerializationException, 'The body is not valid JSON in UTF-8.', { cause });
  }
}

import { ServiceError } from '../kernel/service-error.ts';
import type { AnswerFormat } from '../wire/query/answer-format.ts';
import { encodeErrorJson, encodeErrorXml } from '../wire/query/encode-error.ts';
import { compileOperationCodec, type OperationCodec, QUERY_SERVICES } from '../wire/query/operation-codec.ts';
import type { Envelope } from './envelope.ts';
import type { AnyOperation } from './operation.ts';

/** An operation in the table, with everything that the pipeline needs. */
export interface RegistryRow {
  /** `iam` or `sts`. */
  readonly service: string;
  /** As in the `Action` parameter. */
  readonly name: string;
  readonly operation: AnyOperation;
  readonly codec: OperationCodec;
}

/** How to render an error. */
export interface ErrorRendering {
  readonly requestId: string;
  readonly service: string;
  readonly format: AnswerFormat;
  /** Whether to use AWS's exact message. Default: no. */
  readonly isPlain?: boolean;
}

/** Every operation of the server. */
export interface Registry {
  readonly rows: readonly RegistryRow[];
  /** The names of the services that have operations. */
  readonly services: ReadonlySet<string>;
  find(envelope: Envelope): RegistryRow | undefined;
  /** Throws the error for a missing or unknown operation. @throws {ServiceError} MissingAction, InvalidAction. */
  refuse(envelope: Envelope): never;
  /** An error in the format of its service. */
  encodeError(error: ServiceError, rendering: ErrorRendering): string;
}

/** The longest action or version that a message repeats. */
const ECHO_LIMIT = 128;

/** Creates the table. Codecs are compiled on first use, to keep startup fast. */
export function createRegistry(operations: readonly AnyOperation[]): Registry {
  const rows = operations.map(rowOf);
  const byService = rowsByName(rows);
  const services = Object.values(QUERY_SERVICES);
  return {
    rows,
    services: new Set(byService.keys()),
    find: ({ service = '', action = '' }) => byService.get(service)?.get(action),
    refuse({ action, version }) {
      if (action === undefined) {
        throw new ServiceError('MissingAction', 'The request has no Action parameter: name the operation.');
      }
      const asked = version === undefined ? 'NO_VERSION_SPECIFIED' : version.slice(0, ECHO_LIMIT);
      throw new ServiceError(
        'InvalidAction',
        `Could not find operation ${action.slice(0, ECHO_LIMIT)} for version ${asked}`,
      );
    },
    encodeError(error, { requestId, service, format, isPlain }) {
      const { code, fault, authorizationMessage } = error;
      const message = isPlain ? error.plainMessage : error.message;
      if (format === 'json') return encodeErrorJson({ code, message, fault, authorizationMessage, requestId });
      const namespace = services.find(({ name }) => name === service)?.xmlNamespace ?? '';
      return encodeErrorXml({ code, message, fault, authorizationMessage, requestId, namespace });
    },
  };
}

/** The rows of each service by name. Nested maps, because concatenating a key for every request would be slower. */
function rowsByName(rows: readonly RegistryRow[]): ReadonlyMap<string, ReadonlyMap<string, RegistryRow>> {
  const byService = new Map<string, Map<string, RegistryRow>>();
  for (const row of rows) {
    const byName = byService.get(row.service) ?? new Map<string, RegistryRow>();
    byService.set(row.service, byName);
    if (byName.has(row.name)) throw new Error('two operations of the table have the same name');
    byName.set(row.name, row);
  }
  return byService;
}

function rowOf(operation: AnyOperation): RegistryRow {
  const [, namespace, name] = operation.schema;
  const service = QUERY_SERVICES[namespace];
  if (service === undefined) throw new Error(`no service has the namespace ${namespace}`);
  let codec: OperationCodec | undefined;
  return {
    service: service.name,
    name,
    operation,
    get codec() {
      codec ??= compileOperationCodec(operation.schema);
      return codec;
    },
  };
}

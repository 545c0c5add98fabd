import { ServiceError } from '../kernel/service-error.ts';
import type { AnswerFormat } from '../wire/query/answer-format.ts';
import { encodeErrorJson, encodeErrorXml } from '../wire/query/encode-error.ts';
import { compileOperationCodec, type OperationCodec, QUERY_SERVICES } from '../wire/query/operation-codec.ts';
import type { Envelope } from './envelope.ts';
import type { AnyOperation } from './operation.ts';

/** An operation in the table, with all that the pipeline needs of it. */
export interface RegistryRow {
  /** `iam` or `sts`. */
  readonly service: string;
  /** As `Action` says it. */
  readonly name: string;
  readonly operation: AnyOperation;
  readonly codec: OperationCodec;
}

/** How an error goes out. */
export interface ErrorRendering {
  readonly requestId: string;
  readonly service: string;
  readonly format: AnswerFormat;
  /** Whether the message is to be AWS's to the letter; default: no. */
  readonly isPlain?: boolean;
}

/** Every operation that there is. */
export interface Registry {
  readonly rows: readonly RegistryRow[];
  /** The names of the services that the operations belong to. */
  readonly services: ReadonlySet<string>;
  find(envelope: Envelope): RegistryRow | undefined;
  /** Says why there is no such operation. @throws {ServiceError} MissingAction, InvalidAction. */
  refuse(envelope: Envelope): never;
  /** An error as the service renders it. */
  encodeError(error: ServiceError, rendering: ErrorRendering): string;
}

/** The longest action or version that a message repeats. */
const ECHO_LIMIT = 128;

/** Makes the table. Codecs are compiled at their first use, so that a start does not pay for what nobody calls. */
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
        throw new ServiceError('MissingAction', 'The request has no Action: say which operation is meant.');
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

/** The rows of each service by name; looked up for every request, which putting names together to keys would slow down. */
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

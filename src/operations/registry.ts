import type { StaticOperationSchema } from '@smithy/types';
import type { Envelope, OperationCodec, Protocol } from '../wire/protocols/protocol.ts';
import type { Protocols } from './choose-protocol.ts';
import type { AnyOperation } from './operation.ts';

/** An operation in the table, with everything that the pipeline needs. */
export interface RegistryRow {
  /** `iam`, `sts` or `rolecall`. */
  readonly service: string;
  readonly name: string;
  /** `iam:CreateUser`. */
  readonly action: string;
  readonly operation: AnyOperation;
  readonly codec: OperationCodec;
}

/** Every operation of the server. */
export interface Registry {
  readonly rows: readonly RegistryRow[];
  /** The names of the services that have operations. */
  readonly services: ReadonlySet<string>;
  find(envelope: Envelope): RegistryRow | undefined;
  /** @throws {Error} if no operation of the table has this schema. */
  findBySchema(schema: StaticOperationSchema): RegistryRow;
}

/** Creates the table. Codecs are compiled on first use, to keep startup fast. */
export function createRegistry(operations: readonly AnyOperation[], protocols: Protocols): Registry {
  const rows = operations.map((operation) => rowOf(operation, protocols.all));
  const byService = rowsByName(rows);
  return {
    rows,
    services: new Set(byService.keys()),
    find: ({ service = '', action = '' }) => byService.get(service)?.get(action),
    findBySchema([, namespace, name]) {
      const row = rows.find(({ operation: { schema } }) => schema[1] === namespace && schema[2] === name);
      if (row === undefined) throw new Error(`the table has no operation ${namespace}#${name}`);
      return row;
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

function rowOf(operation: AnyOperation, protocols: readonly Protocol[]): RegistryRow {
  const schema: StaticOperationSchema = operation.schema;
  const [, namespace, name] = schema;
  for (const protocol of protocols) {
    const service = protocol.services.find((candidate) => candidate.namespace === namespace);
    if (service === undefined) continue;
    let codec: OperationCodec | undefined;
    return {
      service: service.name,
      name,
      action: `${service.name}:${name}`,
      operation,
      get codec() {
        codec ??= protocol.compile(schema);
        return codec;
      },
    };
  }
  throw new Error(`no service has the namespace ${namespace}`);
}

import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { compileJsonValue, type JsonFormat } from '../json-value.ts';

/** AWS sorts members by name, and writes `null` for absent ones. */
export const QUERY_JSON: JsonFormat = {
  structure: (members) => (value) =>
    Object.fromEntries(
      members.map(({ name, toJson }) => {
        const item = (value as Readonly<Record<string, unknown>>)[name];
        return [name, item === undefined ? null : toJson(item)];
      }),
    ),
  order: (a, b) => (a.name < b.name ? -1 : 1),
  // Seconds since the epoch, as in all of AWS's JSON protocols unless a shape says otherwise.
  timestamp: (at) => Math.floor(at.getTime() / 1000),
};

/** Renders the whole response of an operation as JSON. */
export type JsonEncoder = (output: unknown, requestId: string) => string;

/**
 * Compiles the JSON encoder of an operation's response, which AWS's Query services send to clients that ask for `application/json`.
 * The elements of the XML form become members; an operation without output has no `…Result`.
 */
export function compileJsonEncoder(schema: StaticOperationSchema): JsonEncoder {
  const operation = schema[2];
  const output = NormalizedSchema.of(schema[5]);
  const toJson = output.isUnitSchema() ? undefined : compileJsonValue(output, QUERY_JSON);
  return (value, requestId) => {
    const result = toJson === undefined ? {} : { [`${operation}Result`]: toJson(value) };
    return JSON.stringify({ [`${operation}Response`]: { ...result, ResponseMetadata: { RequestId: requestId } } });
  };
}

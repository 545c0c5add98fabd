import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';

/** Converts a value of the schema's type to its JSON value. */
type ToJson = (value: unknown) => unknown;

/** Structures being compiled, by name, because schemas may be recursive. */
type Structures = Map<string, ToJson>;

const same: ToJson = (value) => value;

function compileStructure(schema: NormalizedSchema, structures: Structures): ToJson {
  const name = schema.getName(true) as string;
  const known = structures.get(name);
  if (known !== undefined) return known;
  let members: readonly (readonly [name: string, toJson: ToJson])[] = [];
  // AWS sorts members by name, and writes `null` for absent ones.
  const toJson: ToJson = (value) =>
    Object.fromEntries(
      members.map(([member, encode]) => {
        const item = (value as Readonly<Record<string, unknown>>)[member];
        return [member, item === undefined ? null : encode(item)];
      }),
    );
  structures.set(name, toJson);
  members = [...schema.structIterator()]
    .map(([member, memberSchema]) => [member, compile(memberSchema, structures)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return toJson;
}

function compile(schema: NormalizedSchema, structures: Structures): ToJson {
  if (schema.isListSchema()) {
    const toJson = compile(schema.getValueSchema(), structures);
    return (value) => (value as readonly unknown[]).map(toJson);
  }
  if (schema.isMapSchema()) {
    const toJson = compile(schema.getValueSchema(), structures);
    return (value) =>
      Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, toJson(item as unknown)]));
  }
  if (schema.isStructSchema()) return compileStructure(schema, structures);
  // Seconds since the epoch, as in all of AWS's JSON protocols unless a shape says otherwise.
  if (schema.isTimestampSchema()) return (value) => Math.floor((value as Date).getTime() / 1000);
  if (schema.isBlobSchema()) return (value) => Buffer.from(value as Uint8Array).toString('base64');
  return same;
}

/** Compiles a function that converts a value of the schema's type to its JSON value. */
export function compileJsonValue(schema: NormalizedSchema): (value: unknown) => unknown {
  return compile(schema, new Map());
}

/** Renders the whole response of an operation as JSON. */
export type JsonEncoder = (output: unknown, requestId: string) => string;

/**
 * Compiles the JSON encoder of an operation's response, which AWS's Query services send to clients that ask for `application/json`.
 * The elements of the XML form become members; an operation without output has no `…Result`.
 */
export function compileJsonEncoder(schema: StaticOperationSchema): JsonEncoder {
  const operation = schema[2];
  const output = NormalizedSchema.of(schema[5]);
  const toJson = output.isUnitSchema() ? undefined : compile(output, new Map());
  return (value, requestId) => {
    const result = toJson === undefined ? {} : { [`${operation}Result`]: toJson(value) };
    return JSON.stringify({ [`${operation}Response`]: { ...result, ResponseMetadata: { RequestId: requestId } } });
  };
}

import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';

/** Converts a value of the schema's type to its JSON value. */
type ToJson = (value: unknown) => unknown;

/** Structures being compiled, by name, because schemas may be recursive. */
type Structures = Map<string, ToJson>;

const same: ToJson = (value) => value;

/** Absent members are left out. */
function compileStructure(schema: NormalizedSchema, structures: Structures): ToJson {
  const name = schema.getName(true) as string;
  const known = structures.get(name);
  if (known !== undefined) return known;
  let members: readonly (readonly [name: string, toJson: ToJson])[] = [];
  const toJson: ToJson = (value) => {
    const json: Record<string, unknown> = {};
    for (const [member, encode] of members) {
      const item = (value as Readonly<Record<string, unknown>>)[member];
      if (item !== undefined) json[member] = encode(item);
    }
    return json;
  };
  structures.set(name, toJson);
  members = [...schema.structIterator()].map(([member, memberSchema]) => [member, compile(memberSchema, structures)]);
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
  // Smithy's `epoch-seconds`: seconds, with a fraction of milliseconds if there is one.
  if (schema.isTimestampSchema()) return (value) => (value as Date).getTime() / 1000;
  if (schema.isBlobSchema()) return (value) => Buffer.from(value as Uint8Array).toString('base64');
  return same;
}

/** Compiles the encoder of an operation's output. An operation without output answers an empty object. */
export function compileJsonEncoder(schema: StaticOperationSchema): (output: unknown) => string {
  const output = NormalizedSchema.of(schema[5]);
  if (output.isUnitSchema()) return () => '{}';
  const toJson = compile(output, new Map());
  return (value) => JSON.stringify(toJson(value));
}

/** Compiles an encoder that renders lists one item at a time; `undefined` if the output has none and so is never long. */
export function compileJsonPieces(schema: StaticOperationSchema): ((output: object) => Iterable<string>) | undefined {
  const output = NormalizedSchema.of(schema[5]);
  const members = output.isUnitSchema() ? [] : [...output.structIterator()];
  if (!members.some(([, member]) => member.isListSchema())) return undefined;
  const encoders = members.map(([name, member]) => {
    const isList = member.isListSchema();
    return { name, isList, toJson: compile(isList ? member.getValueSchema() : member, new Map()) };
  });
  return function* pieces(value) {
    let separator = '{';
    for (const { name, isList, toJson } of encoders) {
      const item = (value as Readonly<Record<string, unknown>>)[name];
      if (item === undefined) continue;
      yield `${separator}${JSON.stringify(name)}:`;
      separator = ',';
      if (isList) yield* listPieces(item as readonly unknown[], toJson);
      else yield JSON.stringify(toJson(item));
    }
    yield separator === '{' ? '{}' : '}';
  };
}

function* listPieces(items: readonly unknown[], toJson: ToJson): Generator<string> {
  yield '[';
  for (const [i, item] of items.entries()) yield (i === 0 ? '' : ',') + JSON.stringify(toJson(item));
  yield ']';
}

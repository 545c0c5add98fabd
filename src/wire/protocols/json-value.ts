import type { NormalizedSchema } from '@smithy/core/schema';

/** Converts a value of the schema's type to its JSON value. */
export type ToJson = (value: unknown) => unknown;

/** A member of a structure. */
export interface JsonMember {
  readonly name: string;
  readonly toJson: ToJson;
}

/** In what AWS's JSON formats differ. */
export interface JsonFormat {
  /** Converts a structure. `members` is filled later, because schemas may be recursive. */
  structure(members: readonly JsonMember[]): ToJson;
  /** The order of members. Default: as declared. */
  readonly order?: (a: JsonMember, b: JsonMember) => number;
  timestamp(at: Date): number;
}

interface Compilation {
  readonly format: JsonFormat;
  /** Structures being compiled, by name. */
  readonly structures: Map<string, ToJson>;
}

/** Compiles a function that converts a value of the schema's type to its JSON value. */
export function compileJsonValue(schema: NormalizedSchema, format: JsonFormat): ToJson {
  return compile(schema, { format, structures: new Map() });
}

function compile(schema: NormalizedSchema, compilation: Compilation): ToJson {
  if (schema.isListSchema()) {
    const toJson = compile(schema.getValueSchema(), compilation);
    return (value) => (value as readonly unknown[]).map(toJson);
  }
  if (schema.isMapSchema()) {
    const toJson = compile(schema.getValueSchema(), compilation);
    return (value) =>
      Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, toJson(item as unknown)]));
  }
  if (schema.isStructSchema()) return compileStructure(schema, compilation);
  const { timestamp } = compilation.format;
  if (schema.isTimestampSchema()) return (value) => timestamp(value as Date);
  if (schema.isBlobSchema()) return (value) => Buffer.from(value as Uint8Array).toString('base64');
  return (value) => value;
}

function compileStructure(schema: NormalizedSchema, compilation: Compilation): ToJson {
  const { format, structures } = compilation;
  const name = schema.getName(true) as string;
  const known = structures.get(name);
  if (known !== undefined) return known;
  const members: JsonMember[] = [];
  const toJson = format.structure(members);
  structures.set(name, toJson);
  for (const [member, memberSchema] of schema.structIterator()) {
    members.push({ name: member, toJson: compile(memberSchema, compilation) });
  }
  if (format.order !== undefined) members.sort(format.order);
  return toJson;
}

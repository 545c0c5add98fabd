import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { compileJsonValue, type JsonFormat, type ToJson } from '../json-value.ts';

const FORMAT: JsonFormat = {
  // Absent members are left out.
  structure: (members) => (value) => {
    const json: Record<string, unknown> = {};
    for (const { name, toJson } of members) {
      const item = (value as Readonly<Record<string, unknown>>)[name];
      if (item !== undefined) json[name] = toJson(item);
    }
    return json;
  },
  // Smithy's `epoch-seconds`: seconds, with a fraction of milliseconds if there is one.
  timestamp: (at) => at.getTime() / 1000,
};

/** Compiles the encoder of an operation's output. An operation without output answers an empty object. */
export function compileJsonEncoder(schema: StaticOperationSchema): (output: unknown) => string {
  const output = NormalizedSchema.of(schema[5]);
  if (output.isUnitSchema()) return () => '{}';
  const toJson = compileJsonValue(output, FORMAT);
  return (value) => JSON.stringify(toJson(value));
}

/** Compiles an encoder that renders lists one item at a time; `undefined` if the output has none and so is never long. */
export function compileJsonPieces(schema: StaticOperationSchema): ((output: object) => Iterable<string>) | undefined {
  const output = NormalizedSchema.of(schema[5]);
  const members = output.isUnitSchema() ? [] : [...output.structIterator()];
  if (!members.some(([, member]) => member.isListSchema())) return undefined;
  const encoders = members.map(([name, member]) => {
    const isList = member.isListSchema();
    return { name, isList, toJson: compileJsonValue(isList ? member.getValueSchema() : member, FORMAT) };
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

import type { ContextEntry, ContextKeyTypeEnum } from '@aws-sdk/client-iam';
import { invalidInput } from '../../evaluation/invalid-input.ts';
import { readBinary } from '../../policy/evaluate/binary-operators.ts';
import { readBoolean } from '../../policy/evaluate/bool-operators.ts';
import { readInstant } from '../../policy/evaluate/date-operators.ts';
import { readAddress } from '../../policy/evaluate/ip-operators.ts';
import { readDecimal } from '../../policy/evaluate/numeric-operators.ts';
import type { ContextValue } from '../../policy/request.ts';

type ScalarType = 'string' | 'numeric' | 'boolean' | 'ip' | 'binary' | 'date';

/** Whether a text is a value of a type, parsed as the condition operators of that type do. */
const IS_OF_TYPE: Readonly<Record<ScalarType, (text: string) => boolean>> = {
  string: () => true,
  numeric: (text) => readDecimal(text) !== undefined,
  boolean: (text) => readBoolean(text) !== undefined,
  ip: (text) => readAddress(text) !== undefined,
  binary: (text) => readBinary(text) !== undefined,
  date: (text) => !Number.isNaN(readInstant(text)),
};

/**
 * The context keys of a simulation, by lower-case name. A type ending in `List` makes a key with several values, for `ForAllValues` and
 * `ForAnyValue`; other types take exactly one value.
 * @throws {ServiceError} InvalidInput if a value does not have its key's type, or a key is given twice.
 */
export function readContextEntries(entries: readonly ContextEntry[]): ReadonlyMap<string, ContextValue> {
  const context = new Map<string, ContextValue>();
  for (const entry of entries) {
    const { ContextKeyName: name } = entry;
    if (name === undefined) throw invalidInput('Invalid Context Entry: a ContextKeyName is missing');
    const key = name.toLowerCase();
    if (context.has(key)) throw invalidInput(`Invalid Context Entry: the key ${name} is given twice`);
    context.set(key, readValue(name, entry));
  }
  return context;
}

function readValue(name: string, { ContextKeyType, ContextKeyValues: values = [] }: ContextEntry): ContextValue {
  const type: ContextKeyTypeEnum = ContextKeyType ?? (values.length === 1 ? 'string' : 'stringList');
  const isList = type.endsWith('List');
  const scalar = (isList ? type.slice(0, -'List'.length) : type) as ScalarType;
  for (const value of values) {
    if (!IS_OF_TYPE[scalar](value))
      throw invalidInput(`Invalid Context Entry: ${name} has a value that is not a valid ${scalar}`);
  }
  if (isList) return values;
  const [only] = values;
  if (only === undefined || values.length > 1) {
    throw invalidInput(`Invalid Context Entry: ${name} is of type ${type} and takes exactly one value`);
  }
  return only;
}

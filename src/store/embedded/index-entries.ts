import type { CollectionDeclaration, DocumentKey, FieldPath, IndexValue } from '../../ports/collections.ts';
import { encodeTuple } from './key-encoding.ts';

/** An entry of an index: its bytes in the index table, and (for messages) whose index it is. */
export interface IndexEntry {
  readonly index: string;
  readonly unique: boolean;
  readonly key: Buffer;
}

/** The values of a field, walking arrays; empty where it is absent. */
function fieldValues(value: unknown, steps: readonly string[]): readonly IndexValue[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => fieldValues(item, steps));
  const [step, ...rest] = steps;
  if (step !== undefined) return fieldValues((value as Readonly<Record<string, unknown>>)[step], rest);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [value];
  throw new TypeError('an indexed field holds neither text, number nor truth value');
}

/** Every combination of the fields' values: one tuple per entry. */
export function valueTuples(document: object, fields: readonly FieldPath[]): readonly (readonly IndexValue[])[] {
  return fields.reduce<readonly (readonly IndexValue[])[]>(
    (tuples, field) => {
      const values = fieldValues(document, field.split('.'));
      return tuples.flatMap((tuple) => values.map((value) => [...tuple, value]));
    },
    [[]],
  );
}

/** The key of a document, read from its fields. @throws {TypeError} where one is no text. */
export function documentKey(declaration: CollectionDeclaration, document: object): DocumentKey {
  return declaration.key.map((field) => {
    const [value, ...more] = fieldValues(document, field.split('.'));
    if (typeof value !== 'string' || more.length > 0)
      throw new TypeError(`${declaration.name}: key field ${field} is no text`);
    return value;
  });
}

/** All index entries of a document, by their bytes (hex), each once. */
export function indexEntries(
  declaration: CollectionDeclaration,
  document: object,
  key: DocumentKey,
): ReadonlyMap<string, IndexEntry> {
  const entries = new Map<string, IndexEntry>();
  const add = (index: string, unique: boolean, fields: readonly FieldPath[]) => {
    for (const values of valueTuples(document, fields)) {
      const bytes = encodeTuple([declaration.name, index, ...values, ...(unique ? [] : key)]);
      entries.set(bytes.toString('latin1'), { index, unique, key: bytes });
    }
  };
  for (const [index, fields] of Object.entries(declaration.unique)) add(index, true, fields);
  for (const [index, fields] of Object.entries(declaration.indexes)) add(index, false, fields);
  return entries;
}

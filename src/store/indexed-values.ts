import type { CollectionDeclaration, DocumentKey, FieldPath, IndexValue } from '../ports/collections.ts';

/** The values of a field, descending into arrays; empty if the field is absent. */
function fieldValues(value: unknown, steps: readonly string[]): readonly IndexValue[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => fieldValues(item, steps));
  const [step, ...rest] = steps;
  if (step !== undefined) return fieldValues((value as Readonly<Record<string, unknown>>)[step], rest);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [value];
  throw new TypeError('an indexed field holds neither text, number nor truth value');
}

/** Every combination of the fields' values: one tuple per index entry. */
export function valueTuples(document: object, fields: readonly FieldPath[]): readonly (readonly IndexValue[])[] {
  return fields.reduce<readonly (readonly IndexValue[])[]>(
    (tuples, field) => {
      const values = fieldValues(document, field.split('.'));
      return tuples.flatMap((tuple) => values.map((value) => [...tuple, value]));
    },
    [[]],
  );
}

/** The key of a document, read from its fields. @throws {TypeError} if one is not a string. */
export function documentKey(declaration: Pick<CollectionDeclaration, 'name' | 'key'>, document: object): DocumentKey {
  return declaration.key.map((field) => {
    const [value, ...more] = fieldValues(document, field.split('.'));
    if (typeof value !== 'string' || more.length > 0)
      throw new TypeError(`${declaration.name}: key field ${field} is no text`);
    return value;
  });
}

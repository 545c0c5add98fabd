import type { $SchemaRef } from '@smithy/types';
import type { AnyShape, StructureShape } from './shape.ts';

/** The namespace of all shapes. Its last part is the name of the service. */
export const NAMESPACE = 'org.rolecall.rolecall';

/** Smithy's numbers for the kinds of shapes. */
const STRING = 0;
const INTEGER = 1;
const BOOLEAN = 2;
const TIMESTAMP = 4;
const BLOB = 21;

/** A shape as a schema of Smithy, which the codecs are compiled from. */
export function schemaOf(shape: AnyShape): $SchemaRef {
  switch (shape.kind) {
    case 'text':
      return shape.sensitive ? [0, NAMESPACE, shape.name, { sensitive: 1 }, STRING] : STRING;
    case 'blob':
      return shape.sensitive ? [0, NAMESPACE, shape.name, { sensitive: 1 }, BLOB] : BLOB;
    case 'integer':
      return INTEGER;
    case 'boolean':
      return BOOLEAN;
    case 'timestamp':
      return TIMESTAMP;
    case 'list':
      return [1, NAMESPACE, shape.name, 0, schemaOf(shape.element)];
    case 'map':
      return [2, NAMESPACE, shape.name, 0, schemaOf(shape.key), schemaOf(shape.element)];
    case 'structure':
      return structureSchema(shape);
  }
}

/** Smithy lists the required members first, and says how many there are. */
function structureSchema({ name, members }: StructureShape): $SchemaRef {
  const entries = Object.entries(members);
  const required = entries.filter(([, { isRequired }]) => isRequired);
  const sorted = [...required, ...entries.filter(([, { isRequired }]) => !isRequired)];
  const names = sorted.map(([member]) => member);
  const schemas = sorted.map(([, member]) => schemaOf(member.shape));
  return [3, NAMESPACE, name, 0, names, schemas, required.length];
}

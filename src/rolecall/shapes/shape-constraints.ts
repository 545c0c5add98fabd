import type { JsonService } from '../../operations/choose-protocol.ts';
import type { Declared } from './declare-operation.ts';
import { everyShape } from './every-shape.ts';
import type { AnyShape } from './shape.ts';

type Constraints = JsonService['constraints'];
type Constraint = Constraints['shapes'][string];

/** The constraints of the declared shapes, in the form in which those of AWS's models are kept. */
export function shapeConstraints(declarations: readonly Declared[]): Constraints {
  const shapes: Record<string, Constraint> = {};
  const structures: Record<string, Record<string, string>> = {};
  for (const [name, found] of everyShape(declarations)) {
    if (found.kind === 'structure') {
      const members = Object.entries(found.members).map(([member, { shape }]) => [member, shape.name] as const);
      structures[name] = Object.fromEntries(members);
    } else shapes[name] = constraintOf(found);
  }
  const errors = declarations.flatMap((declaration) => declaration.errors ?? []);
  return {
    shapes,
    structures,
    errorStatus: Object.fromEntries(errors.map(({ code, status }) => [code, status])),
    errors: Object.fromEntries(declarations.map(({ name, errors = [] }) => [name, errors.map(({ code }) => code)])),
  };
}

function constraintOf(found: AnyShape): Constraint {
  switch (found.kind) {
    case 'text':
      return {
        ...(found.length && { length: found.length }),
        ...(found.pattern !== undefined && { pattern: found.pattern }),
        ...(found.values && { values: found.values }),
      };
    case 'integer':
      return found.range ? { range: found.range } : {};
    case 'blob':
      return found.length ? { length: found.length } : {};
    case 'list':
      return { ...(found.length && { length: found.length }), element: found.element.name };
    case 'map':
      return { ...(found.length && { length: found.length }), element: found.element.name, key: found.key.name };
    default:
      return {};
  }
}

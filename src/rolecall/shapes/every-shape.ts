import type { Declared } from './declare-operation.ts';
import { type AnyShape, shape } from './shape.ts';

/** An operation's input as a structure. */
export function inputShape({ name, input }: Declared): AnyShape {
  return shape.structure(`${name}Request`, input);
}

/** An operation's output as a structure. */
export function outputShape({ name, output }: Declared): AnyShape {
  return shape.structure(`${name}Response`, output);
}

/**
 * Every shape of some operations by its name, those that others are made of included, in the order of the declarations.
 * @throws {Error} if two different shapes have the same name.
 */
export function everyShape(declarations: readonly Declared[]): ReadonlyMap<string, AnyShape> {
  const shapes = new Map<string, AnyShape>();
  for (const declaration of declarations) {
    add(inputShape(declaration), shapes);
    add(outputShape(declaration), shapes);
  }
  return shapes;
}

function add(found: AnyShape, shapes: Map<string, AnyShape>): void {
  const known = shapes.get(found.name);
  if (known === found) return;
  if (known !== undefined) throw new Error(`two shapes have the name ${found.name}`);
  shapes.set(found.name, found);
  for (const part of partsOf(found)) add(part, shapes);
}

function partsOf(found: AnyShape): readonly AnyShape[] {
  switch (found.kind) {
    case 'list':
      return [found.element];
    case 'map':
      return [found.key, found.element];
    case 'structure':
      return Object.values(found.members).map((member) => member.shape);
    default:
      return [];
  }
}

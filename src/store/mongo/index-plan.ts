import * as z from 'zod';
import type { CollectionDeclaration, FieldPath } from '../../ports/collections.ts';

/** How an index of a declaration is implemented on the server. */
export interface IndexPlan {
  readonly name: string;
  readonly fields: readonly FieldPath[];
  readonly unique: boolean;
  /** The position of the array among the fields: how many fields end with it. 0 if no field has several values. */
  readonly arrayDepth: number;
  /**
   * How uniqueness is enforced: by a unique index of the server (prefixed with the shard key, if that is the first field), or by
   * claims (claims.ts) where servers cannot enforce it: over arrays, and across the shards of a cluster.
   */
  readonly held: 'not' | 'by-index' | 'by-scoped-index' | 'by-claims';
}

export interface CollectionPlan {
  readonly indexes: ReadonlyMap<string, IndexPlan>;
  readonly hasClaims: boolean;
  /** Whether every query must include the first field of the key, for the router of a sharded cluster. */
  readonly sharded: boolean;
}

/** @throws {TypeError} if a field is not in the shape, or two fields of one index are arrays. */
export function planCollection(
  declaration: Pick<CollectionDeclaration, 'name' | 'shape' | 'key' | 'unique' | 'indexes'>,
  sharded: boolean,
): CollectionPlan {
  const plan = (name: string, fields: readonly FieldPath[], unique: boolean): IndexPlan => {
    const arrays = fields.flatMap((field, n) => (holdsArray(declaration.shape, field.split('.')) ? [n + 1] : []));
    if (arrays.length > 1) throw new TypeError(`${declaration.name}: index ${name} has more than one array field`);
    const arrayDepth = arrays[0] ?? 0;
    const scoped = fields[0] === declaration.key[0];
    if (!unique) return { name, fields, unique, arrayDepth, held: 'not' };
    if (arrayDepth > 0 || (sharded && !scoped)) return { name, fields, unique, arrayDepth, held: 'by-claims' };
    return { name, fields, unique, arrayDepth, held: scoped ? 'by-scoped-index' : 'by-index' };
  };
  const plans = [
    ...Object.entries(declaration.unique).map(([name, fields]) => plan(name, fields, true)),
    ...Object.entries(declaration.indexes).map(([name, fields]) => plan(name, fields, false)),
  ];
  return {
    indexes: new Map(plans.map((each) => [each.name, each])),
    hasClaims: plans.some(({ held }) => held === 'by-claims'),
    sharded,
  };
}

/** Whether the path to a field passes through an array. */
function holdsArray(shape: z.core.$ZodType, steps: readonly string[]): boolean {
  if (shape instanceof z.ZodArray) return true;
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable || shape instanceof z.ZodDefault)
    return holdsArray(shape.unwrap(), steps);
  const [step, ...rest] = steps;
  if (step === undefined) return false;
  if (shape instanceof z.ZodObject) {
    const field = (shape.shape as Readonly<Record<string, z.core.$ZodType>>)[step];
    if (field !== undefined) return holdsArray(field, rest);
  }
  if (shape instanceof z.ZodUnion) return shape.options.some((option) => holdsArray(option, steps));
  throw new TypeError(`an index names the field ${step}, which its documents do not have`);
}

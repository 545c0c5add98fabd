import type { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { patternOf } from '../../../../src/wire/constraints/constraint-checks.ts';
import type { ServiceConstraints, ShapeConstraint } from '../../../../src/wire/constraints/service-constraints.ts';

type Value = fc.Arbitrary<unknown>;

/** Patterns that no generator satisfies by luck, with texts that do. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  '\\d{12}': ['123456789012'],
  'http(s?)://[a-zA-Z0-9._/-]*(\\?[a-zA-Z0-9._=&-]*)?(#[a-zA-Z0-9._/-]*)?': ['https://app.example/back?a=b&c=d#e'],
  '[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]': ['abc', 'a-b-c'],
  'o-[0-9a-z]{10,32}\\/r-[0-9a-z]{4,32}[0-9a-z-\\/]*': ['o-0123456789/r-0123/ou-1'],
  'p-[0-9a-zA-Z_]{8,128}': ['p-01234567'],
  'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?': ['v1', 'v12.a-b'],
  '\\u002F[\\u0021-\\u007F]*': ['/', '/team/~'],
  '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)': ['/', '/a&b/<c>/'],
  '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/': ['/', '/a/b+c=/'],
};

const INTERESTING = ['<&>"\'', ' a  b ', 'é€😀', 'a+b=c&d', '%41', '', 'x'];

function textFor({ length, pattern, values }: ShapeConstraint): fc.Arbitrary<string> {
  if (values !== undefined) return fc.constantFrom(...values);
  const minLength = length?.[0] ?? 0;
  const maxLength = Math.min(length?.[1] ?? minLength + 40, minLength + 40);
  if (pattern === undefined) {
    return fc
      .oneof(fc.constantFrom(...INTERESTING), fc.string({ unit: 'grapheme', minLength, maxLength }))
      .map((text) => text.padEnd(minLength, 'x').slice(0, length?.[1] ?? undefined))
      .filter((text) => !/\p{Cs}/u.test(text));
  }
  const samples = SAMPLES[pattern];
  if (samples !== undefined) return fc.constantFrom(...samples);
  const expression = patternOf(pattern);
  const characters = [...'aZ09_-+=,.@:/ \t~\u00e9'].filter((character) => expression.test(character));
  return fc.array(fc.constantFrom(...characters), { minLength, maxLength }).map((list) => list.join(''));
}

function numberFor({ range }: ShapeConstraint): fc.Arbitrary<number> {
  return fc.integer({ min: range?.[0] ?? -5, max: range?.[1] ?? 1_000_000 });
}

/** Whole seconds: the wire has no more. */
const TIMESTAMP = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000));

/** Values of a schema that meet the constraints of the service, for round trips. */
export function arbitraryOf(
  schema: NormalizedSchema,
  constraints: ServiceConstraints,
  shape?: string,
  depth = 0,
): Value {
  const constraint = constraints.shapes[shape ?? ''] ?? {};
  if (schema.isStructSchema()) return structureOf(schema, constraints, depth);
  if (schema.isListSchema()) {
    const element = arbitraryOf(schema.getValueSchema(), constraints, constraint.element, depth + 1);
    return fc.array(element, { minLength: constraint.length?.[0] ?? 0, maxLength: depth > 3 ? 0 : 3 });
  }
  if (schema.isMapSchema()) {
    const key = fc.string({ minLength: 1, maxLength: 5 }).filter((text) => text !== '__proto__');
    return fc.dictionary(key, arbitraryOf(schema.getValueSchema(), constraints, constraint.element, depth + 1), {
      minKeys: 1,
      maxKeys: 3,
    });
  }
  if (schema.isNumericSchema()) return numberFor(constraint);
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isTimestampSchema()) return TIMESTAMP;
  if (schema.isBlobSchema()) return fc.uint8Array({ minLength: 1, maxLength: 10 });
  return textFor(constraint);
}

function structureOf(schema: NormalizedSchema, constraints: ServiceConstraints, depth: number): Value {
  const shapes = constraints.structures[schema.getName() as string] ?? {};
  const raw = schema.getSchema() as readonly unknown[];
  const required = typeof raw[6] === 'number' ? raw[6] : 0;
  const members = [...schema.structIterator()];
  const model = Object.fromEntries(
    members.map(([name, member]) => [name, arbitraryOf(member, constraints, shapes[name], depth + 1)]),
  );
  const record = fc.record(model, {
    requiredKeys: members.slice(0, required).map(([name]) => name),
    noNullPrototype: true,
  });
  // the wire has no form for an empty structure within another
  return depth === 0 ? record : record.filter((value) => Object.keys(value).length > 0);
}

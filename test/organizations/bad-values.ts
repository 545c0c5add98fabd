import type { NormalizedSchema } from '@smithy/core/schema';
import { patternOf } from '../../src/wire/constraints/constraint-checks.ts';
import { constraintsOfService } from '../../src/wire/constraints/constraints-of.ts';
import { requiredCount } from '../../src/wire/constraints/member-names.ts';
import type { ShapeConstraint } from '../../src/wire/constraints/service-constraints.ts';

export const CONSTRAINTS = constraintsOfService('organizations');

type Input = Readonly<Record<string, unknown>>;

/** What is wrong with a value of a shape, and the expected answer. */
export interface BadValue {
  readonly title: string;
  readonly value: unknown;
  readonly expected: string;
}

const invalid = (reason: string): string => `InvalidInputException ${reason}`;

/** Text that keeps the pattern as far as the edge of its length. */
function textOf(length: number, { pattern }: ShapeConstraint): string {
  const text = 'x'.repeat(length);
  return pattern === undefined || patternOf(pattern).test(text) ? text : '1'.repeat(length);
}

function badTexts(constraint: ShapeConstraint, isElement: boolean, path: string): readonly BadValue[] {
  const { length: [min, max] = [0, null], pattern, values } = constraint;
  const bad: BadValue[] = [
    { title: 'a number', value: 42, expected: 'SerializationException' },
    { title: 'an object', value: { a: 'b' }, expected: 'SerializationException' },
    { title: 'a lone surrogate', value: '\ud800', expected: 'SerializationException' },
  ];
  if (isElement) bad.push({ title: 'null in the list', value: null, expected: 'SerializationException' });
  if (min > 0) bad.push({ title: 'empty', value: '', expected: invalid('MIN_LENGTH_EXCEEDED') });
  if (max !== null)
    bad.push({ title: 'too long', value: textOf(max + 1, constraint), expected: invalid('MAX_LENGTH_EXCEEDED') });
  const off = ['%', ' ', '\u0000', 'é']
    .map((character) => character.repeat(Math.max(min, 1)))
    .find((text) => pattern !== undefined && !patternOf(pattern).test(text));
  const reason = path === 'TargetId' ? 'INVALID_PATTERN_TARGET_ID' : 'INVALID_PATTERN';
  if (off !== undefined) bad.push({ title: `the text ${JSON.stringify(off)}`, value: off, expected: invalid(reason) });
  if (values !== undefined) {
    for (const value of ['NONE', values[0]?.toLowerCase(), ''])
      bad.push({ title: `the value ${value}`, value, expected: invalid('INVALID_ENUM') });
  }
  return bad;
}

function badNumbers({ range: [min, max] = [0, null] }: ShapeConstraint): readonly BadValue[] {
  const types = ['5', 1.5, true, [], 1e300];
  return [
    ...types.map((value) => ({ title: `${JSON.stringify(value)}`, value, expected: 'SerializationException' })),
    { title: 'too small', value: min - 1, expected: invalid('MIN_VALUE_EXCEEDED') },
    ...(max === null ? [] : [{ title: 'too large', value: max + 1, expected: invalid('MAX_VALUE_EXCEEDED') }]),
  ];
}

export const shapeOf = (name: string | undefined): ShapeConstraint => CONSTRAINTS.shapes[name ?? ''] ?? {};

/** Bad values of a member, with those within it. */
function badValues(schema: NormalizedSchema, constraint: ShapeConstraint, good: unknown, path: string): BadValue[] {
  if (schema.isStringSchema()) return [...badTexts(constraint, false, path)];
  if (schema.isNumericSchema()) return [...badNumbers(constraint)];
  const notA = { value: 'text', expected: 'SerializationException' };
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    const [first] = good as readonly unknown[];
    const within = element.isStringSchema()
      ? badTexts(shapeOf(constraint.element), true, path)
      : badValues(element, shapeOf(constraint.element), first, path);
    return [
      { title: 'no list', ...notA },
      { title: 'an object', value: {}, expected: 'SerializationException' },
      ...within.map(({ title, value, expected }) => ({ title: `[${title}]`, value: [value], expected })),
    ];
  }
  return [
    { title: 'no object', ...notA },
    { title: 'a list', value: [], expected: 'SerializationException' },
    ...badMembers(schema, good as Input),
  ];
}

/** All lists have the same members for pages: every value of them is tried with one list, and one value with the others. */
export const isTriedOnce = (structure: unknown, member: string): boolean =>
  ['MaxResults', 'NextToken'].includes(member) && structure !== 'ListAccountsRequest';

/** A structure with one member wrong. */
export function badMembers(schema: NormalizedSchema, good: Input): BadValue[] {
  const required = requiredCount(schema);
  const shapes = CONSTRAINTS.structures[schema.getName() as string] ?? {};
  return [...schema.structIterator()].flatMap(([name, member], index) => {
    const { [name]: value, ...rest } = good;
    const all = badValues(member, shapeOf(shapes[name]), value ?? [], name);
    const bad = (isTriedOnce(schema.getName(), name) ? all.slice(-1) : all).map((each) => ({
      title: `${name}: ${each.title}`,
      value: { ...good, [name]: each.value },
      expected: each.expected,
    }));
    if (index >= required) return bad;
    const expected = invalid('INPUT_REQUIRED');
    bad.push({ title: `without ${name}`, value: rest, expected });
    bad.push({ title: `${name}: null`, value: { ...rest, [name]: null }, expected });
    return bad;
  });
}

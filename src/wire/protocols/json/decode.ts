import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { ServiceError } from '../../../kernel/service-error.ts';
import {
  type Check,
  compileElementCheck,
  compileNumberCheck,
  compileSizeCheck,
  compileTextCheck,
} from '../../constraints/constraint-checks.ts';
import { requiredCount, shownName } from '../../constraints/member-names.ts';
import type { ServiceConstraints, ShapeConstraint } from '../../constraints/service-constraints.ts';
import { type RefuseInput, Violations } from '../../constraints/violations.ts';
import { JSON_ERRORS } from './json-errors.ts';

/** Decodes an operation's input from a JSON value. @throws {ServiceError} SerializationException, ValidationError. */
export type JsonDecoder = (input: unknown) => Record<string, unknown>;

/** Decodes a value, which is never null. Adds violated constraints to `violations`; throws if its type is wrong. */
type Decode = (value: unknown, path: string, violations: Violations) => unknown;

interface Compilation {
  readonly constraints: ServiceConstraints;
  /** Structures being compiled, by name, because schemas may be recursive. */
  readonly structures: Map<string, Decode>;
}

const UNCONSTRAINED: ShapeConstraint = {};

/**
 * Compiles the decoder of an operation's input. Null members count as absent, and unknown ones are ignored. A value of
 * the wrong type stops the decoding; all violated constraints are reported together.
 *
 * A service with errors of its own for bad input passes `refuse`, which makes one of the first violation.
 *
 * For calls in the process, timestamps may also be `Date`s, and blobs byte arrays, which JSON cannot contain.
 */
export function compileJsonDecoder(
  schema: StaticOperationSchema,
  constraints: ServiceConstraints,
  refuse?: RefuseInput,
): JsonDecoder {
  const input = NormalizedSchema.of(schema[4]);
  const decode = input.isUnitSchema()
    ? (value: unknown) => void asObject(value, '')
    : compileStructure(input, { constraints, structures: new Map() });
  return (value) => {
    const violations = new Violations();
    const decoded = decode(value, '', violations);
    violations.throwIfAny(refuse);
    return (decoded ?? {}) as Record<string, unknown>;
  };
}

function mismatch(path: string, expected: string): ServiceError {
  return new ServiceError(
    JSON_ERRORS.SerializationException,
    `${path === '' ? 'The body' : `'${path}'`} must be ${expected}.`,
  );
}

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw mismatch(path, 'a JSON object');
}

/** A surrogate without its partner. `\u` escapes can write one, but it has no UTF-8 form, so it could not be stored. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function asText(value: unknown, path: string): string {
  if (typeof value !== 'string' || LONE_SURROGATE.test(value)) throw mismatch(path, 'a string of Unicode characters');
  return value;
}

function asWholeNumber(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw mismatch(path, 'a whole number');
  return value;
}

function asBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw mismatch(path, 'true or false');
  return value;
}

/** Seconds since the epoch, with a fraction of milliseconds if there is one. */
function asDate(value: unknown, path: string): Date {
  const date = value instanceof Date ? value : new Date(typeof value === 'number' ? Math.round(value * 1000) : NaN);
  if (Number.isNaN(date.getTime())) throw mismatch(path, 'a timestamp in seconds since the epoch');
  return date;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function asBytes(value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string' || !BASE64.test(value)) throw mismatch(path, 'a base64 string');
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/** A scalar: its type is read first, then its constraints are checked. */
function scalar<Value>(read: (value: unknown, path: string) => Value, check: Check<Value>, isEchoed: boolean): Decode {
  return (value, path, violations) => {
    const decoded = read(value, path);
    for (const problem of check(decoded)) violations.add(path, problem, isEchoed ? String(decoded) : undefined);
    return decoded;
  };
}

const UNCHECKED = () => [];

function compileScalar(schema: NormalizedSchema, constraint: ShapeConstraint): Decode {
  const isEchoed = schema.getMergedTraits().sensitive === undefined;
  if (schema.isStringSchema()) return scalar(asText, compileTextCheck(constraint), isEchoed);
  if (schema.isNumericSchema()) return scalar(asWholeNumber, compileNumberCheck(constraint), isEchoed);
  if (schema.isBooleanSchema()) return scalar(asBoolean, UNCHECKED, isEchoed);
  if (schema.isTimestampSchema()) return scalar(asDate, UNCHECKED, isEchoed);
  if (schema.isBlobSchema()) {
    const check = compileSizeCheck(constraint);
    return scalar(asBytes, ({ length }) => check(length), false);
  }
  throw new TypeError(`no JSON decoding for the schema \`${schema.getName(true)}\``);
}

function constraintNamed({ constraints }: Compilation, name: string | undefined): ShapeConstraint {
  return (name === undefined ? undefined : constraints.shapes[name]) ?? UNCONSTRAINED;
}

/** Lists are dense: Smithy refuses null elements. */
function compileList(schema: NormalizedSchema, constraint: ShapeConstraint, compilation: Compilation): Decode {
  const element = schema.getValueSchema();
  const elementConstraint = constraintNamed(compilation, constraint.element);
  // AWS reports bad texts of a list together, and other elements one by one.
  const isOfTexts = element.isStringSchema();
  const isEchoed = element.getMergedTraits().sensitive === undefined;
  const decodeElement = compile(element, isOfTexts ? UNCONSTRAINED : elementConstraint, compilation);
  const checkTexts = isOfTexts ? compileElementCheck(elementConstraint, false) : undefined;
  const checkText = compileTextCheck(elementConstraint);
  const checkSize = compileSizeCheck(constraint);
  return (value, path, violations) => {
    if (!Array.isArray(value)) throw mismatch(path, 'a list');
    for (const problem of checkSize(value.length)) violations.add(path, problem);
    const decoded = value.map((item: unknown, i) => decodeElement(item, `${path}.${i + 1}.member`, violations));
    for (const problem of checkTexts?.(decoded as string[]) ?? []) {
      // A service that reports the first violation says which constraint it is.
      const [violated] = (decoded as string[]).flatMap(checkText);
      violations.add(path, problem, isEchoed ? `[${decoded.join(', ')}]` : undefined, violated);
    }
    return decoded;
  };
}

function compileMap(schema: NormalizedSchema, constraint: ShapeConstraint, compilation: Compilation): Decode {
  const element = schema.getValueSchema();
  const elementConstraint = constraintNamed(compilation, constraint.element);
  const isOfTexts = element.isStringSchema();
  const decodeElement = compile(element, isOfTexts ? UNCONSTRAINED : elementConstraint, compilation);
  const checkTexts = isOfTexts ? compileElementCheck(elementConstraint, false, 'Map value') : undefined;
  const checkKeys = compileElementCheck(constraintNamed(compilation, constraint.key), false, 'Map keys');
  const checkSize = compileSizeCheck(constraint);
  return (value, path, violations) => {
    const entries = Object.entries(asObject(value, path));
    for (const problem of checkSize(entries.length)) violations.add(path, problem);
    const keys = entries.map(([key]) => asText(key, path));
    for (const problem of checkKeys(keys)) violations.add(path, problem);
    // No prototype, because the caller chooses the keys.
    const map: Record<string, unknown> = Object.create(null);
    for (const [key, item] of entries) map[key] = decodeElement(item, `${path}.value`, violations);
    for (const problem of checkTexts?.(Object.values(map) as string[]) ?? []) violations.add(path, problem);
    return map;
  };
}

interface DecodedMember {
  readonly name: string;
  readonly shown: string;
  readonly isRequired: boolean;
  readonly decode: Decode;
}

function compileMembers(schema: NormalizedSchema, compilation: Compilation): DecodedMember[] {
  const shapes = compilation.constraints.structures[schema.getName() as string] ?? {};
  const required = requiredCount(schema);
  return [...schema.structIterator()].map(([name, member], i) => ({
    name,
    shown: shownName(name),
    isRequired: i < required,
    decode: compile(member, constraintNamed(compilation, shapes[name]), compilation),
  }));
}

function compileStructure(schema: NormalizedSchema, compilation: Compilation): Decode {
  const name = schema.getName(true) as string;
  const known = compilation.structures.get(name);
  if (known !== undefined) return known;
  let members: readonly DecodedMember[] = [];
  const decode: Decode = (given, path, violations) => {
    const object = asObject(given, path);
    const value: Record<string, unknown> = {};
    for (const member of members) {
      const memberPath = path === '' ? member.shown : `${path}.${member.shown}`;
      const item = Object.hasOwn(object, member.name) ? object[member.name] : undefined;
      if (item !== undefined && item !== null) value[member.name] = member.decode(item, memberPath, violations);
      else if (member.isRequired) violations.addMissing(memberPath);
    }
    return value;
  };
  compilation.structures.set(name, decode);
  members = compileMembers(schema, compilation);
  return decode;
}

function compile(schema: NormalizedSchema, constraint: ShapeConstraint, compilation: Compilation): Decode {
  if (schema.isListSchema()) return compileList(schema, constraint, compilation);
  if (schema.isMapSchema()) return compileMap(schema, constraint, compilation);
  if (schema.isStructSchema()) return compileStructure(schema, compilation);
  return compileScalar(schema, constraint);
}

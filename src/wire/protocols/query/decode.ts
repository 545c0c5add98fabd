import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import {
  compileElementCheck,
  compileNumberCheck,
  compileSizeCheck,
  compileTextCheck,
  patternOf,
} from '../../constraints/constraint-checks.ts';
import { requiredCount, shownName } from '../../constraints/member-names.ts';
import type { ServiceConstraints, ShapeConstraint } from '../../constraints/service-constraints.ts';
import { Violations } from '../../constraints/violations.ts';
import type { Form } from '../protocol.ts';
import { numberedChildren, type ParameterNode, parameterTree } from './parameter-tree.ts';
import { parseBlob, parseBoolean, parseTimestamp, parseWholeNumber } from './scalars.ts';
import { specifiedValueMessage } from './specified-values.ts';

/** The constraints of one service, and whether its messages repeat rejected values. */
export interface DecodingRules {
  readonly constraints: ServiceConstraints;
  readonly echoesValues: boolean;
}

/** Reads a value from the parameters; `undefined` if it was not given. Adds problems to `violations`. */
type Decode = (node: ParameterNode, path: string, violations: Violations) => unknown;

interface Compilation {
  readonly rules: DecodingRules;
  /** Structures being compiled, by name, because schemas may be recursive. */
  readonly structures: Map<string, Decode>;
}

const UNCONSTRAINED: ShapeConstraint = {};

function constraintNamed(rules: DecodingRules, name: string | undefined): ShapeConstraint {
  return (name === undefined ? undefined : rules.constraints.shapes[name]) ?? UNCONSTRAINED;
}

interface ScalarRules<Value> {
  /** Returns `undefined` if the text is not of this kind. */
  readonly parse: (text: string) => Value | undefined;
  readonly kind: string;
  readonly check: (value: Value) => readonly string[];
  readonly isEchoed: boolean;
}

function scalar<Value>({ parse, kind, check, isEchoed }: ScalarRules<Value>): Decode {
  return (node, path, violations) => {
    const text = node.value;
    if (text === undefined) return undefined;
    const value = parse(text);
    const problems = value === undefined ? [`Member must be ${kind}`] : check(value);
    for (const problem of problems) violations.add(path, problem, isEchoed ? text : undefined);
    return value;
  };
}

function compileScalar(schema: NormalizedSchema, constraint: ShapeConstraint, rules: DecodingRules): Decode {
  // Secret values are never echoed, even if the service echoes others.
  const isEchoed = rules.echoesValues && schema.getMergedTraits().sensitive === undefined;
  const unchecked = () => [];
  if (schema.isNumericSchema()) {
    const check = compileNumberCheck(constraint);
    return scalar({ parse: parseWholeNumber, kind: 'a whole number', check, isEchoed });
  }
  if (schema.isBooleanSchema()) {
    return scalar({ parse: parseBoolean, kind: 'true or false', check: unchecked, isEchoed });
  }
  if (schema.isTimestampSchema()) {
    return scalar({ parse: parseTimestamp, kind: 'an ISO 8601 timestamp', check: unchecked, isEchoed });
  }
  if (schema.isBlobSchema()) {
    return scalar({ parse: parseBlob, kind: 'base64', check: unchecked, isEchoed });
  }
  if (schema.isStringSchema()) {
    return scalar({ parse: (text) => text, kind: 'text', check: compileTextCheck(constraint), isEchoed });
  }
  throw new TypeError(`no query decoding for the schema \`${schema.getName(true)}\``);
}

/** An empty list or map is sent as its bare name (`Tags=`). */
function isEmptyCollection(node: ParameterNode): boolean {
  return node.value === '' && node.children === undefined;
}

function compileList(schema: NormalizedSchema, constraint: ShapeConstraint, compilation: Compilation): Decode {
  const element = schema.getValueSchema();
  const { xmlName } = element.getMergedTraits();
  const isFlat = schema.getMergedTraits().xmlFlattened !== undefined;
  const elementConstraint = constraintNamed(compilation.rules, constraint.element);
  const decodeElement = compile(element, elementConstraint, compilation);
  const check = compileSizeCheck(constraint);
  const checkTexts = element.isStringSchema() ? textElementCheck(constraint.element, compilation.rules) : undefined;
  const wireName = xmlName ?? 'member';
  return (node, path, violations) => {
    const holder = isFlat ? node : node.children?.get(wireName);
    const items = holder === undefined ? [] : numberedChildren(holder);
    if (items.length === 0 && !isEmptyCollection(node)) return undefined;
    for (const problem of check(items.length)) violations.add(path, problem);
    if (checkTexts !== undefined) return checkTexts(items, path, violations);
    return items
      .map((item, i) => decodeElement(item, `${path}.${i + 1}.member`, violations))
      .filter((value) => value !== undefined);
  };
}

/** The element shape for which AWS's message also says that it must not be null, which the models do not mention. */
const NEVER_NULL = 'tagKeyType';

/** Reads and checks a list of strings as a whole. */
function textElementCheck(elementName: string | undefined, rules: DecodingRules) {
  const check = compileElementCheck(constraintNamed(rules, elementName), elementName === NEVER_NULL);
  return (items: readonly ParameterNode[], path: string, violations: Violations): readonly string[] => {
    const texts = items.map(({ value }) => value).filter((value) => value !== undefined);
    const shown = rules.echoesValues ? `[${texts.join(', ')}]` : undefined;
    for (const problem of check(texts)) violations.add(path, problem, shown);
    return texts;
  };
}

function compileMap(schema: NormalizedSchema, constraint: ShapeConstraint, compilation: Compilation): Decode {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueSchema = schema.getValueSchema();
  const valueName = valueSchema.getMergedTraits().xmlName ?? 'value';
  const isFlat = schema.getMergedTraits().xmlFlattened !== undefined;
  const decodeValue = compile(valueSchema, constraintNamed(compilation.rules, constraint.element), compilation);
  const check = compileSizeCheck(constraint);
  return (node, path, violations) => {
    const holder = isFlat ? node : node.children?.get('entry');
    const entries = holder === undefined ? [] : numberedChildren(holder);
    if (entries.length === 0 && !isEmptyCollection(node)) return undefined;
    for (const problem of check(entries.length)) violations.add(path, problem);
    // No prototype, because the caller chooses the keys.
    const map: Record<string, unknown> = Object.create(null);
    entries.forEach((entry, i) => {
      const key = entry.children?.get(keyName)?.value;
      const value = entry.children?.get(valueName);
      if (key === undefined) violations.addMissing(`${path}.entry.${i + 1}.key`);
      else if (value !== undefined) map[key] = decodeValue(value, `${path}.entry.${i + 1}.value`, violations);
    });
    return map;
  };
}

interface DecodedMember {
  readonly name: string;
  readonly wireName: string;
  readonly shown: string;
  readonly isRequired: boolean;
  readonly decode: Decode;
}

function compileMembers(schema: NormalizedSchema, compilation: Compilation): DecodedMember[] {
  const shapes = compilation.rules.constraints.structures[schema.getName() as string] ?? {};
  const required = requiredCount(schema);
  return [...schema.structIterator()].map(([name, member], i) => ({
    name,
    wireName: member.getMergedTraits().xmlName ?? name,
    shown: shownName(name),
    isRequired: i < required,
    decode: compileMember(member, { shapeName: shapes[name], shown: shownName(name) }, compilation),
  }));
}

interface MemberNames {
  readonly shapeName: string | undefined;
  readonly shown: string;
}

/** Compiles a member. If AWS describes its pattern in words, the pattern is checked before anything else. */
function compileMember(schema: NormalizedSchema, { shapeName, shown }: MemberNames, compilation: Compilation): Decode {
  const { rules } = compilation;
  const constraint = constraintNamed(rules, shapeName);
  const decode = compile(schema, constraint, compilation);
  // STS shows its patterns, together with the value.
  const message = rules.echoesValues ? undefined : specifiedValueMessage(shapeName, shown);
  if (message === undefined || constraint.pattern === undefined || !schema.isStringSchema()) return decode;
  const expression = patternOf(constraint.pattern);
  return (node, path, violations) => {
    if (node.value === undefined || expression.test(node.value)) return decode(node, path, violations);
    violations.addSpecified(message);
    return undefined;
  };
}

function compileStructure(schema: NormalizedSchema, compilation: Compilation): Decode {
  const name = schema.getName(true) as string;
  const known = compilation.structures.get(name);
  if (known !== undefined) return known;
  let members: readonly DecodedMember[] = [];
  const decode: Decode = (node, path, violations) => {
    if (node.children === undefined) return undefined;
    const value: Record<string, unknown> = {};
    for (const member of members) {
      const memberPath = path === '' ? member.shown : `${path}.${member.shown}`;
      const child = node.children.get(member.wireName);
      const problemsBefore = violations.count;
      const decoded = child === undefined ? undefined : member.decode(child, memberPath, violations);
      if (decoded !== undefined) value[member.name] = decoded;
      else if (member.isRequired && violations.count === problemsBefore) violations.addMissing(memberPath);
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
  return compileScalar(schema, constraint, compilation.rules);
}

/** Decodes an operation's input from a form. Throws a `ValidationError` listing all problems; ignores unknown parameters. */
export type QueryDecoder = (form: Form) => Record<string, unknown>;

/** Compiles the decoder of an operation's input from its schema. */
export function compileQueryDecoder(schema: StaticOperationSchema, rules: DecodingRules): QueryDecoder {
  const input = NormalizedSchema.of(schema[4]);
  if (input.isUnitSchema() || input.structIterator().next().done === true) return () => ({});
  const decode = compileStructure(input, { rules, structures: new Map() });
  return (form) => {
    const violations = new Violations();
    const value = decode(parameterTree(form), '', violations) as Record<string, unknown>;
    violations.throwIfAny();
    return value;
  };
}

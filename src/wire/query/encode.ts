import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { escapeXml } from '../xml/escape-xml.ts';

/** Renders the content of an element; the value is of the schema's type. */
type Encode = (value: unknown) => string;

/** Structures being compiled, by name: schemas may contain themselves. */
type Structures = Map<string, Encode>;

/**
 * AWS's timestamps have whole seconds. The last one is remembered: under load many credentials end in the same second, and
 * rendering it is 0.5 µs of AssumeRole.
 */
function timestampEncoder(): Encode {
  let last = Number.NaN;
  let text = '';
  return (value) => {
    const time = (value as Date).getTime();
    if (time !== last) {
      text = `${(value as Date).toISOString().slice(0, -5)}Z`;
      last = time;
    }
    return text;
  };
}

/** An XML element. */
export function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function compileScalar(schema: NormalizedSchema): Encode {
  if (schema.isStringSchema()) return (value) => escapeXml(value as string);
  if (schema.isNumericSchema() || schema.isBooleanSchema()) return String;
  if (schema.isTimestampSchema()) return timestampEncoder();
  if (schema.isBlobSchema()) return (value) => Buffer.from(value as Uint8Array).toString('base64');
  throw new TypeError(`no XML encoding for the schema \`${schema.getName(true)}\``);
}

interface EncodedMember {
  readonly name: string;
  /** Renders the element, or for a flattened list or map the elements, of the member. */
  readonly encode: Encode;
}

/** Renders each item as an element of its own: within the list's element, or (flattened) in its place. */
function compileItems(schema: NormalizedSchema, itemName: string, structures: Structures): Encode {
  const encodeItem = compile(schema.getValueSchema(), structures);
  return (value) => {
    let text = '';
    for (const item of value as readonly unknown[]) text += element(itemName, encodeItem(item));
    return text;
  };
}

function compileEntries(schema: NormalizedSchema, entryName: string, structures: Structures): Encode {
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueSchema = schema.getValueSchema();
  const valueName = valueSchema.getMergedTraits().xmlName ?? 'value';
  const encodeValue = compile(valueSchema, structures);
  return (value) => {
    let text = '';
    for (const [key, item] of Object.entries(value as Readonly<Record<string, unknown>>)) {
      text += element(entryName, `${element(keyName, escapeXml(key))}${element(valueName, encodeValue(item))}`);
    }
    return text;
  };
}

function compileMember(name: string, schema: NormalizedSchema, structures: Structures): EncodedMember {
  const { xmlName: wireName = name, xmlFlattened } = schema.getMergedTraits();
  if (xmlFlattened !== undefined && schema.isListSchema()) {
    return { name, encode: compileItems(schema, wireName, structures) };
  }
  if (xmlFlattened !== undefined && schema.isMapSchema()) {
    return { name, encode: compileEntries(schema, wireName, structures) };
  }
  const encode = compile(schema, structures);
  return { name, encode: (value) => element(wireName, encode(value)) };
}

function compileStructure(schema: NormalizedSchema, structures: Structures): Encode {
  const name = schema.getName(true) as string;
  const known = structures.get(name);
  if (known !== undefined) return known;
  let members: readonly EncodedMember[] = [];
  const encode: Encode = (value) => {
    let text = '';
    for (const member of members) {
      const item = (value as Readonly<Record<string, unknown>>)[member.name];
      if (item !== undefined) text += member.encode(item);
    }
    return text;
  };
  structures.set(name, encode);
  members = [...schema.structIterator()].map(([member, memberSchema]) =>
    compileMember(member, memberSchema, structures),
  );
  return encode;
}

function compile(schema: NormalizedSchema, structures: Structures): Encode {
  if (schema.isListSchema()) {
    return compileItems(schema, schema.getValueSchema().getMergedTraits().xmlName ?? 'member', structures);
  }
  if (schema.isMapSchema()) return compileEntries(schema, 'entry', structures);
  if (schema.isStructSchema()) return compileStructure(schema, structures);
  return compileScalar(schema);
}

/** Compiles what renders the content of a value's element. */
export function compileXmlValue(schema: NormalizedSchema): (value: unknown) => string {
  return compile(schema, new Map());
}

/** Renders the whole answer of an operation. The request id is ours: no character of it needs to be escaped. */
export type XmlEncoder = (output: unknown, requestId: string) => string;

/**
 * Compiles the encoder of an operation's answer from its schema. Members that are `undefined` are left out; an operation without
 * output has no `…Result` element.
 */
export function compileXmlEncoder(schema: StaticOperationSchema, namespace: string): XmlEncoder {
  const operation = schema[2];
  const output = NormalizedSchema.of(schema[5]);
  const encode = output.isUnitSchema() ? undefined : compile(output, new Map());
  const open = `<${operation}Response xmlns="${escapeXml(namespace)}">`;
  const close = `</${operation}Response>`;
  return (value, requestId) => {
    const result = encode === undefined ? '' : element(`${operation}Result`, encode(value));
    return `${open}${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>${close}`;
  };
}

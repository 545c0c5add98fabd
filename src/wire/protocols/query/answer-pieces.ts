import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { escapeXml } from '../../xml/escape-xml.ts';
import { compileJsonValue } from '../json-value.ts';
import type { AnswerFormat } from './answer-format.ts';
import { compileXmlValue, element } from './encode.ts';
import { QUERY_JSON } from './encode-json.ts';

/** Renders a long response in pieces, one list item at a time; joined, the pieces are the whole response. */
export type AnswerPieces = (output: unknown, requestId: string, format: AnswerFormat) => Iterable<string>;

/** A member of the output. */
interface Member {
  readonly name: string;
  readonly toXml: (value: unknown) => Iterable<string>;
  readonly toJson: (value: unknown) => Iterable<string>;
}

function memberOf(name: string, schema: NormalizedSchema): Member {
  const { xmlName = name, xmlFlattened } = schema.getMergedTraits();
  if (!schema.isListSchema() || xmlFlattened !== undefined) {
    const xml = compileXmlValue(schema);
    const json = compileJsonValue(schema, QUERY_JSON);
    return {
      name,
      toXml: (value) => [element(xmlName, xml(value))],
      toJson: (value) => [JSON.stringify(json(value))],
    };
  }
  const itemSchema = schema.getValueSchema();
  const itemName = itemSchema.getMergedTraits().xmlName ?? 'member';
  const xml = compileXmlValue(itemSchema);
  const json = compileJsonValue(itemSchema, QUERY_JSON);
  return {
    name,
    *toXml(value) {
      const items = value as readonly unknown[];
      if (items.length === 0) return yield `<${xmlName}/>`;
      yield `<${xmlName}>`;
      for (const item of items) yield element(itemName, xml(item));
      yield `</${xmlName}>`;
    },
    *toJson(value) {
      yield '[';
      for (const [i, item] of (value as readonly unknown[]).entries())
        yield (i === 0 ? '' : ',') + JSON.stringify(json(item));
      yield ']';
    },
  };
}

/** Compiles an operation's piecewise encoder; `undefined` if its response has no list and so is never long. */
export function compileAnswerPieces(schema: StaticOperationSchema, namespace: string): AnswerPieces | undefined {
  const operation = schema[2];
  const output = NormalizedSchema.of(schema[5]);
  const members = output.isUnitSchema() ? [] : [...output.structIterator()];
  if (!members.some(([, member]) => member.isListSchema())) return undefined;
  let compiled: readonly Member[] | undefined;
  let byName: readonly Member[] = [];

  function* xmlPieces(value: Readonly<Record<string, unknown>>, requestId: string): Generator<string> {
    yield `<${operation}Response xmlns="${escapeXml(namespace)}"><${operation}Result>`;
    for (const { name, toXml } of compiled ?? []) if (value[name] !== undefined) yield* toXml(value[name]);
    yield `</${operation}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  }
  function* jsonPieces(value: Readonly<Record<string, unknown>>, requestId: string): Generator<string> {
    yield `{"${operation}Response":{"${operation}Result":{`;
    for (const [i, { name, toJson }] of byName.entries()) {
      yield `${i === 0 ? '' : ','}"${name}":`;
      if (value[name] === undefined) yield 'null';
      else yield* toJson(value[name]);
    }
    yield `},"ResponseMetadata":{"RequestId":"${requestId}"}}}`;
  }
  return (value, requestId, format) => {
    if (compiled === undefined) {
      compiled = members.map(([name, member]) => memberOf(name, member));
      byName = [...compiled].sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    const pieces = format === 'json' ? jsonPieces : xmlPieces;
    return pieces(value as Readonly<Record<string, unknown>>, requestId);
  };
}

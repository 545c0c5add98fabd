import { API_VERSION, SERVICE, TARGET_PREFIX } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { everyShape } from '../shapes/every-shape.ts';
import type { AnyShape, Limits, Members } from '../shapes/shape.ts';
import { COMMON_ERRORS } from './common-errors.ts';

type Json = Readonly<Record<string, unknown>>;

/** The service model in the format of botocore, with which the aws CLI and boto3 know the API. */
export function serviceModel(declarations: readonly Declared[]): Json {
  const declared = declarations.flatMap(({ errors = [] }) => errors);
  const errors = { ...COMMON_ERRORS, ...Object.fromEntries(declared.map((row) => [row.code, row.documentation])) };
  return {
    version: '2.0',
    metadata: {
      apiVersion: API_VERSION,
      endpointPrefix: SERVICE,
      jsonVersion: '1.1',
      protocol: 'json',
      protocols: ['json'],
      serviceFullName: 'Rolecall',
      serviceId: 'Rolecall',
      signatureVersion: 'v4',
      signingName: SERVICE,
      targetPrefix: TARGET_PREFIX,
      uid: `${SERVICE}-${API_VERSION}`,
    },
    documentation: html('What Rolecall has beyond IAM and STS.'),
    operations: Object.fromEntries(declarations.map((declaration) => [declaration.name, operationModel(declaration)])),
    shapes: {
      ...Object.fromEntries([...everyShape(declarations)].map(([name, shape]) => [name, shapeModel(shape)])),
      ErrorMessage: { type: 'string' },
      ...Object.fromEntries(Object.entries(errors).map(([code, text]) => [code, errorModel(text)])),
    },
  };
}

/** The paginators in the format of botocore, with which clients fetch all pages of a list. */
export function paginatorsModel(declarations: readonly Declared[]): Json {
  const paged = declarations.filter(({ pageOf }) => pageOf !== undefined);
  return { pagination: Object.fromEntries(paged.map((declaration) => [declaration.name, paginator(declaration)])) };
}

const PAGE_TOKENS = { input_token: 'NextToken', output_token: 'NextToken', limit_key: 'MaxResults' };

function paginator({ output, pageOf }: Declared): Json {
  // Clients drop every member of the answer that the paginator does not name.
  const others = Object.keys(output).filter((name) => name !== pageOf && name !== PAGE_TOKENS.output_token);
  return { ...PAGE_TOKENS, result_key: pageOf, ...(others.length > 0 && { non_aggregate_keys: others }) };
}

function operationModel({ name, documentation, errors = [] }: Declared): Json {
  const codes = [...Object.keys(COMMON_ERRORS), ...errors.map(({ code }) => code)];
  return {
    name,
    http: { method: 'POST', requestUri: '/' },
    input: { shape: `${name}Request` },
    output: { shape: `${name}Response` },
    errors: codes.map((code) => ({ shape: code })),
    documentation: html(documentation),
  };
}

function errorModel(documentation: string): Json {
  const members = { message: { shape: 'ErrorMessage' } };
  return { type: 'structure', members, exception: true, documentation: html(documentation) };
}

function shapeModel(shape: AnyShape): Json {
  const documentation = shape.documentation === undefined ? {} : { documentation: html(shape.documentation) };
  return { ...typeModel(shape), ...documentation };
}

const LARGEST_INTEGER = 2 ** 31 - 1;

function typeModel(shape: AnyShape): Json {
  switch (shape.kind) {
    case 'text':
      return {
        type: 'string',
        ...limits(shape.length),
        ...(shape.pattern !== undefined && { pattern: shape.pattern }),
        ...(shape.values && { enum: shape.values }),
        ...sensitive(shape),
      };
    case 'integer': {
      const isSmall = (shape.range?.[1] ?? Number.POSITIVE_INFINITY) <= LARGEST_INTEGER;
      return { type: isSmall ? 'integer' : 'long', ...limits(shape.range) };
    }
    case 'boolean':
    case 'timestamp':
      return { type: shape.kind };
    case 'blob':
      return { type: 'blob', ...limits(shape.length), ...sensitive(shape) };
    case 'list':
      return { type: 'list', member: { shape: shape.element.name }, ...limits(shape.length) };
    case 'map': {
      const { key, element, length } = shape;
      return { type: 'map', key: { shape: key.name }, value: { shape: element.name }, ...limits(length) };
    }
    case 'structure':
      return structureModel(shape.members);
  }
}

function structureModel(members: Members): Json {
  const entries = Object.entries(members);
  const required = entries.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  return {
    type: 'structure',
    ...(required.length > 0 && { required }),
    members: Object.fromEntries(
      entries.map(([name, { shape, documentation }]) => [
        name,
        { shape: shape.name, documentation: html(documentation) },
      ]),
    ),
  };
}

function limits(given: Limits | undefined): Json {
  if (given === undefined) return {};
  const [min, max] = given;
  return { min, ...(max !== null && { max }) };
}

function sensitive(shape: { readonly sensitive?: boolean }): Json {
  return shape.sensitive === true ? { sensitive: true } : {};
}

/** A sentence of the declarations as botocore wants it: HTML, with code between backticks. */
function html(sentence: string): string {
  const escaped = sentence.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<p>${escaped.replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`;
}

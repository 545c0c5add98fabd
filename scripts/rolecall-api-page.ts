import { COMMON_ERRORS } from '../src/rolecall/model/common-errors.ts';
import type { Declared } from '../src/rolecall/shapes/declare-operation.ts';
import { everyShape } from '../src/rolecall/shapes/every-shape.ts';
import type { AnyShape, Limits, Members } from '../src/rolecall/shapes/shape.ts';

/** The generated part of docs/rolecall-api.md: every operation, structure and error, from the declarations. */
export function operationsText(declarations: readonly Declared[]): string {
  const structures = [...everyShape(declarations).values()].filter(
    (shape) => shape.kind === 'structure' && !declarations.some(({ name }) => isOf(name, shape.name)),
  );
  return [
    ...[...declarations].sort((a, b) => a.name.localeCompare(b.name)).flatMap(operationSection),
    ...(structures.length > 0 ? ['## Structures', '', ...structures.flatMap(structureSection)] : []),
    '## Errors of every operation',
    '',
    ...Object.entries(COMMON_ERRORS).map(([code, text]) => `- \`${code}\`: ${text}`),
    '',
  ].join('\n');
}

const isOf = (operation: string, name: string): boolean =>
  name === `${operation}Request` || name === `${operation}Response`;

function operationSection({ name, documentation, readOnly, input, output, errors = [], pageOf }: Declared): string[] {
  return [
    `### ${name}`,
    '',
    documentation,
    '',
    `Action: \`rolecall:${name}\` (${readOnly ? 'reads' : 'changes'}).${pageOf === undefined ? '' : ` Lists \`${pageOf}\` in pages.`}`,
    '',
    ...membersTable('Input', input),
    ...membersTable('Output', output),
    ...errors.map((error) => `- \`${error.code}\`: ${error.documentation}`),
    ...(errors.length > 0 ? [''] : []),
  ];
}

function structureSection(shape: AnyShape): string[] {
  if (shape.kind !== 'structure') return [];
  return [
    `### ${shape.name}`,
    '',
    ...(shape.documentation ? [shape.documentation, ''] : []),
    ...membersTable('Member', shape.members),
  ];
}

function membersTable(heading: string, members: Members): string[] {
  const rows = Object.entries(members);
  if (rows.length === 0) return [`${heading}: none.`, ''];
  return [
    `| ${heading} | type | |`,
    '|---|---|---|',
    ...rows.map(([name, { shape, isRequired, documentation }]) => {
      const presence = isRequired ? '' : ' Optional.';
      return `| \`${name}\` | ${typeText(shape)} | ${documentation}${presence} |`;
    }),
    '',
  ];
}

function typeText(shape: AnyShape): string {
  switch (shape.kind) {
    case 'text':
      if (shape.values) return shape.values.map((value) => `\`${value}\``).join(', ');
      return [`text${limits(shape.length, ' characters')}`, pattern(shape.pattern), secret(shape)].join('');
    case 'blob':
      return `bytes${limits(shape.length, '')}${secret(shape)}`;
    case 'integer':
      return `whole number${limits(shape.range, '')}`;
    case 'list':
      return `list of ${typeText(shape.element)}`;
    case 'map':
      return `map to ${typeText(shape.element)}`;
    case 'structure':
      return `[${shape.name}](#${shape.name.toLowerCase()})`;
    default:
      return shape.kind;
  }
}

function limits(given: Limits | undefined, unit: string): string {
  if (given === undefined) return '';
  const [min, max] = given;
  if (max === null) return `, at least ${min}${unit}`;
  return min === max ? `, ${min}${unit}` : `, ${min} to ${max}${unit}`;
}

function pattern(expression: string | undefined): string {
  return expression === undefined ? '' : `, \`${expression.replaceAll('|', '\\|')}\``;
}

function secret({ sensitive }: { readonly sensitive?: boolean }): string {
  return sensitive === true ? ', secret' : '';
}

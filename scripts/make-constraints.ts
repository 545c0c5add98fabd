/**
 * Generates src/wire/constraints/{iam,organizations,sts}-constraints.ts from the Smithy models of the services: only facts (lengths, ranges,
 * patterns, enumerations, error codes), no prose. Usage: `npx tsx scripts/make-constraints.ts DIRECTORY-OF-MODELS [BOTOCORE]`, where the
 * second directory has botocore's `service-2.json` as `iam.json`, `sts.json` and `organizations.json`, for operations newer than the models, and for
 * Organizations, of which there is no other (botocore 1.44.8).
 * Whatever the SDK's schemas contain (types, required members, which values are secret) is not repeated here.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import type { ShapeConstraint } from '../src/wire/constraints/service-constraints.ts';
import { type BotocoreModel, type Shape, type Shapes, withNewerOperations } from './botocore-model.ts';

const SERVICES = [
  {
    model: 'iam-2010-05-08.json',
    file: 'iam-constraints.ts',
    constant: 'IAM_CONSTRAINTS',
    newer: 'iam.json',
    sdk: iam,
  },
  {
    model: undefined,
    file: 'organizations-constraints.ts',
    constant: 'ORGANIZATIONS_CONSTRAINTS',
    newer: 'organizations.json',
    sdk: organizations,
  },
  {
    model: 'sts-2011-06-15.json',
    file: 'sts-constraints.ts',
    constant: 'STS_CONSTRAINTS',
    newer: 'sts.json',
    sdk: sts,
  },
];

function nameOf(id: string): string {
  return id.slice(id.indexOf('#') + 1);
}

function shapeOf(shapes: Shapes, id: string): Shape {
  const shape = shapes[id];
  if (shape === undefined) throw new Error(`the model has no shape \`${id}\``);
  return shape;
}

function limits(trait: unknown): [number, number | null] | undefined {
  if (trait === undefined) return undefined;
  const { min = 0, max = null } = trait as { min?: number; max?: number | null };
  return [min, max];
}

/** AWS's messages show patterns without the anchors of the models. Matching still covers the whole value. */
function withoutAnchors(pattern: unknown): string | undefined {
  return typeof pattern === 'string' ? pattern.replace(/^\^/, '').replace(/\$$/, '') : undefined;
}

function valuesOf(shape: Shape): string[] | undefined {
  if (shape.type !== 'enum') return undefined;
  return Object.values(shape.members ?? {}).map((member) => String(member.traits?.['smithy.api#enumValue']));
}

/** Collects the constraints of the shapes that make up the inputs. */
class Collector {
  readonly shapes: Record<string, ShapeConstraint> = {};
  readonly structures: Record<string, Record<string, string>> = {};
  readonly #model: Shapes;
  readonly #visited = new Set<string>();

  constructor(model: Shapes) {
    this.#model = model;
  }

  visit(id: string): void {
    if (id.startsWith('smithy.api#') || this.#visited.has(id)) return;
    this.#visited.add(id);
    const shape = shapeOf(this.#model, id);
    if (shape.type === 'structure') this.#visitStructure(id, shape);
    else this.#visitOther(id, shape);
  }

  #isConstrained(id: string): boolean {
    return Object.hasOwn(this.shapes, nameOf(id));
  }

  #visitStructure(id: string, shape: Shape): void {
    const members: Record<string, string> = {};
    for (const [name, { target }] of Object.entries(shape.members ?? {})) {
      this.visit(target);
      if (this.#isConstrained(target)) members[name] = nameOf(target);
    }
    if (Object.keys(members).length > 0) this.structures[nameOf(id)] = members;
  }

  #visitOther(id: string, shape: Shape): void {
    const element = shape.member?.target ?? shape.value?.target;
    if (element !== undefined) this.visit(element);
    const length = limits(shape.traits?.['smithy.api#length']);
    const range = limits(shape.traits?.['smithy.api#range']);
    const pattern = withoutAnchors(shape.traits?.['smithy.api#pattern']);
    const values = valuesOf(shape);
    const constraint: ShapeConstraint = {
      ...(length === undefined ? {} : { length }),
      ...(range === undefined ? {} : { range }),
      ...(pattern === undefined ? {} : { pattern }),
      ...(values === undefined ? {} : { values }),
      ...(element !== undefined && this.#isConstrained(element) ? { element: nameOf(element) } : {}),
    };
    if (Object.keys(constraint).length > 0) this.shapes[nameOf(id)] = constraint;
  }
}

/** The code and status of an error on the wire. */
function errorOf(shapes: Shapes, id: string): { code: string; status: number } {
  const traits = shapeOf(shapes, id).traits ?? {};
  const query = traits['aws.protocols#awsQueryError'] as { code: string; httpResponseCode: number } | undefined;
  if (query !== undefined) return { code: query.code, status: query.httpResponseCode };
  return { code: nameOf(id), status: Number(traits['smithy.api#httpError'] ?? 400) };
}

function sorted<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function renderTable(name: string, rows: readonly (readonly [string, unknown])[]): string {
  const lines = rows.map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  return `  ${name}: {\n${lines.join('\n')}\n  },`;
}

function render(constant: string, shapes: Shapes): string {
  const collector = new Collector(shapes);
  const errors: Record<string, string[]> = {};
  const errorStatus: Record<string, number> = {};
  for (const [id, shape] of Object.entries(shapes)) {
    if (shape.type !== 'operation') continue;
    if (shape.input !== undefined) collector.visit(shape.input.target);
    const declared = (shape.errors ?? []).map(({ target }) => errorOf(shapes, target));
    errors[nameOf(id)] = declared.map(({ code }) => code);
    for (const { code, status } of declared) errorStatus[code] = status;
  }
  return [
    '// Made by scripts/make-constraints.ts from the model of the service; not to be edited by hand.',
    "import type { ServiceConstraints } from './service-constraints.ts';",
    '',
    `export const ${constant}: ServiceConstraints = {`,
    renderTable('shapes', sorted(collector.shapes)),
    renderTable('structures', sorted(collector.structures)),
    renderTable('errorStatus', sorted(errorStatus)),
    renderTable('errors', sorted(errors)),
    '};',
    '',
  ].join('\n');
}

const [directory, newerDirectory] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: tsx scripts/make-constraints.ts DIRECTORY-OF-MODELS [BOTOCORE]');
for (const { model, file, constant, newer, sdk } of SERVICES) {
  if (model === undefined && newerDirectory === undefined) continue;
  let shapes: Shapes = {};
  if (model !== undefined)
    ({ shapes } = JSON.parse(readFileSync(join(directory, model), 'utf8')) as { shapes: Shapes });
  if (newerDirectory !== undefined) {
    const botocore = JSON.parse(readFileSync(join(newerDirectory, newer), 'utf8')) as BotocoreModel;
    // Only operations of the pinned SDK can be decoded.
    const known = Object.keys(sdk).flatMap((name) =>
      name.endsWith('Command') ? [name.slice(0, -'Command'.length)] : [],
    );
    shapes = withNewerOperations(shapes, botocore, new Set(known));
  }
  writeFileSync(new URL(`../src/wire/constraints/${file}`, import.meta.url), render(constant, shapes));
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { cloudtrailOperations } from '../src/cloudtrail/cloudtrail-operations.ts';
import { iamOperations } from '../src/iam/iam-operations.ts';
import type { AnyOperation } from '../src/operations/operation.ts';
import { organizationsOperations } from '../src/organizations/organizations-operations.ts';
import { stsOperations } from '../src/sts/sts-operations.ts';
import { REASONS } from './api-coverage-reasons.ts';

/**
 * Checks docs/api-coverage.md: every operation of the pinned SDK has a row there, with its handler and tests or the reason why it is not
 * served, and what the rows name exists. `--write` writes the page. After the pin has moved, the check lists what is new in the SDK.
 */
const DOCUMENT = 'docs/api-coverage.md';
const TABLES = /(?<=<!-- coverage: begin[^\n]*-->\n).*?(?=<!-- coverage: end -->)/s;
/** Tests named in a row. */
const NAMED_TESTS = 2;

interface Service {
  readonly name: string;
  readonly client: string;
  /** What the SDK's package exports. */
  readonly exports: object;
  readonly served: readonly AnyOperation[];
  /** Where the handlers stand. */
  readonly directory: string;
}

// The descriptors are only read, never called, so their dependencies are not needed.
const NO_DEPENDENCIES = {} as never;
const SERVICES: readonly Service[] = [
  { name: 'iam', client: 'client-iam', exports: iam, served: iamOperations(NO_DEPENDENCIES), directory: 'src/iam' },
  { name: 'sts', client: 'client-sts', exports: sts, served: stsOperations(NO_DEPENDENCIES), directory: 'src/sts' },
  {
    name: 'cloudtrail',
    client: 'client-cloudtrail',
    exports: cloudtrail,
    served: cloudtrailOperations(NO_DEPENDENCIES),
    directory: 'src/cloudtrail',
  },
  {
    name: 'organizations',
    client: 'client-organizations',
    exports: organizations,
    served: organizationsOperations(NO_DEPENDENCIES),
    directory: 'src/organizations',
  },
];

/** A row of the page. */
type Row =
  | { readonly name: string; readonly handler: string; readonly tests: readonly string[] }
  | { readonly name: string; readonly reason: string };

/** The kind of a schema that is an operation. */
const OPERATION = 9;

function operationsOf({ exports }: Service): readonly string[] {
  return Object.values(exports)
    .flatMap((schema: unknown) => (Array.isArray(schema) && schema[0] === OPERATION ? [String(schema[2])] : []))
    .sort();
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function filesOf(directory: string, kinds: RegExp): readonly SourceFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && kinds.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

const tests = filesOf('test', /\.test\.ts$|-targets\.json$/);

/** As the tests name operations: the SDK's command, its method, or the name itself. */
function namesOperation({ text }: SourceFile, name: string): boolean {
  const method = name.charAt(0).toLowerCase() + name.slice(1);
  return new RegExp(`\\b(?:${name}(?:Command)?|${method})\\b`).test(text);
}

/** As handlers import the schemas of their operations. */
function namesSchema({ text }: SourceFile, name: string): boolean {
  return new RegExp(`\\b${name}\\$`).test(text);
}

const handlers = new Map(SERVICES.map(({ name, directory }) => [name, filesOf(directory, /\.ts$/)]));

function handlerOf({ name: service }: Service, name: string): SourceFile | undefined {
  return handlers.get(service)?.find((file) => namesSchema(file, name));
}

/** Tests of the service first: they say most about it. */
function testsOf({ name: service }: Service, name: string): readonly string[] {
  const found = tests.filter((file) => namesOperation(file, name)).map(({ path }) => path);
  const own = found.filter((path) => path.startsWith(`test/${service}/`));
  return [...own, ...found.filter((path) => !own.includes(path))].slice(0, NAMED_TESTS);
}

const problems: string[] = [];

function rowFor(service: Service, name: string): Row | undefined {
  if (service.served.some(({ schema }) => schema[2] === name)) {
    const handler = handlerOf(service, name);
    if (handler === undefined)
      problems.push(`${service.name} ${name}: its handler was not found in ${service.directory}`);
    const named = testsOf(service, name);
    if (named.length === 0) problems.push(`${service.name} ${name}: no test names it`);
    return { name, handler: handler?.path ?? '', tests: named };
  }
  const reason = REASONS[service.name]?.find(([pattern]) => new RegExp(`^(?:${pattern.source})$`).test(name))?.[1];
  if (reason !== undefined) return { name, reason };
  problems.push(`${service.name} ${name} is neither served nor has it a reason in scripts/api-coverage-reasons.ts`);
  return undefined;
}

const linked = (path: string): string => `[${path}](../${path})`;

function cellsOf(row: Row): string {
  return 'reason' in row
    ? `| ${row.name} | not served: ${row.reason} | |`
    : `| ${row.name} | ${linked(row.handler)} | ${row.tests.map(linked).join(', ')} |`;
}

function versionOf({ client }: Service): string {
  const { version } = JSON.parse(readFileSync(`node_modules/@aws-sdk/${client}/package.json`, 'utf8')) as {
    readonly version: string;
  };
  return version;
}

function section(service: Service, rows: readonly Row[]): string {
  const served = rows.filter((row) => 'handler' in row).length;
  return [
    `## \`${service.name}\`: ${served} of ${rows.length}\n`,
    `The operations of \`@aws-sdk/${service.client}\` ${versionOf(service)}.\n`,
    '| operation | handler | tests |',
    '|---|---|---|',
    ...rows.map(cellsOf),
    '',
  ].join('\n');
}

/** The rows of the page as it stands, by service and operation. */
function writtenRows(page: string): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  let service = '';
  for (const line of page.split('\n')) {
    service = /^## `(\w+)`/.exec(line)?.[1] ?? service;
    const name = /^\| (\w+) \|/.exec(line)?.[1];
    if (name !== undefined && name !== 'operation') rows.set(`${service} ${name}`, line);
  }
  return rows;
}

/** What is wrong with the page. Which two tests a row names is not compared: other changes would change it. */
function checkPage(page: string, current: ReadonlyMap<string, Row>): void {
  const written = writtenRows(page);
  for (const [key, row] of current) {
    const line = written.get(key);
    if (line === undefined) problems.push(`${key} is new and has no row in ${DOCUMENT}`);
    else if (line.includes('| not served: ') !== 'reason' in row)
      problems.push(`the row of ${key} says otherwise than the registry`);
    else for (const problem of brokenLinks(key, line)) problems.push(problem);
  }
  for (const key of written.keys())
    if (!current.has(key)) problems.push(`${key} has a row, and the SDK no longer has it`);
}

const byPath = new Map([...tests, ...[...handlers.values()].flat()].map((file) => [file.path, file]));

function brokenLinks(key: string, line: string): readonly string[] {
  const name = key.slice(key.indexOf(' ') + 1);
  return [...line.matchAll(/\]\(\.\.\/([^)]+)\)/g)].flatMap(([, path = '']) => {
    const file = byPath.get(path);
    const names = path.startsWith('test/') ? file && namesOperation(file, name) : file && namesSchema(file, name);
    return names === true ? [] : [`the row of ${key} names ${path}, which does not name the operation`];
  });
}

const rows = new Map<string, Row>();
const sections = SERVICES.map((service) => {
  const own = operationsOf(service).flatMap((name) => rowFor(service, name) ?? []);
  for (const row of own) rows.set(`${service.name} ${row.name}`, row);
  return section(service, own);
});
const document = readFileSync(DOCUMENT, 'utf8');
if (process.argv.includes('--write'))
  writeFileSync(
    DOCUMENT,
    document.replace(TABLES, () => `\n${sections.join('\n')}\n`),
  );
else checkPage(document, rows);

for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error(`npx tsx scripts/make-api-coverage.ts --write updates ${DOCUMENT}`);
console.log(`${rows.size} operations of the SDK, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

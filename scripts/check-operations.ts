import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloudtrailOperations } from '../src/cloudtrail/cloudtrail-operations.ts';
import type { LookupDependencies } from '../src/cloudtrail/lookup-events.ts';
import type { IamDependencies } from '../src/iam/iam-dependencies.ts';
import { iamOperations } from '../src/iam/iam-operations.ts';
import type { AnyOperation } from '../src/operations/operation.ts';
import type { OrganizationsDependencies } from '../src/organizations/organizations-dependencies.ts';
import { organizationsOperations } from '../src/organizations/organizations-operations.ts';
import { type RolecallOperationDependencies, rolecallOperations } from '../src/rolecall/rolecall-operations.ts';
import type { StsDependencies } from '../src/sts/sts-dependencies.ts';
import { stsOperations } from '../src/sts/sts-operations.ts';

/**
 * Checks that every operation of the registry is named in a test, and that the table of docs/aws-api.md has exactly those of IAM,
 * STS, Organizations and CloudTrail. `--write` updates the table. Our own API has a page of its own (`make-rolecall-api.ts`).
 */
const DOCUMENT = 'docs/aws-api.md';
const TABLE = /(?<=<!-- operations: begin[^\n]*-->\n).*?(?=<!-- operations: end -->)/s;

// The descriptors are only read, never called, so their dependencies are not needed.
const ownNames = rolecallOperations({} as RolecallOperationDependencies).map(({ declaration }) => declaration.name);
const operations: readonly { service: string; operation: AnyOperation }[] = [
  ...cloudtrailOperations({} as LookupDependencies).map((operation) => ({ service: 'cloudtrail', operation })),
  ...iamOperations({} as IamDependencies).map((operation) => ({ service: 'iam', operation })),
  ...organizationsOperations({} as OrganizationsDependencies).map((operation) => ({
    service: 'organizations',
    operation,
  })),
  ...stsOperations({} as StsDependencies).map((operation) => ({ service: 'sts', operation })),
];

function nameOf(operation: AnyOperation): string {
  return operation.schema[2];
}

function renderTable(): string {
  const cell = ({ operation }: { operation: AnyOperation }): string => {
    const notes = [operation.readOnly ? 'reads' : 'changes', operation.authentication === 'none' ? 'unsigned' : ''];
    return notes.filter((note) => note !== '').join(', ');
  };
  const rows = [...operations]
    .sort((a, b) => a.service.localeCompare(b.service) || nameOf(a.operation).localeCompare(nameOf(b.operation)))
    .map((row) => `| \`${row.service}\` | ${nameOf(row.operation)} | ${cell(row)} |`);
  return ['| service | operation | |', '|---|---|---|', ...rows, ''].join('\n');
}

function allTests(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json|py)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

function kebab(name: string): string {
  return name
    .replaceAll('ID', 'Id')
    .replaceAll('MFA', 'Mfa')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase();
}

function isNamedIn(tests: string, name: string): boolean {
  const method = name.charAt(0).toLowerCase() + name.slice(1);
  return [name, method, kebab(name)].some((spelling) => new RegExp(`\\b${spelling}(Command|\\b)`).test(tests));
}

const problems: string[] = [];
const names = [...operations.map(({ operation }) => nameOf(operation)), ...ownNames];
const rows = [...operations.map(({ service, operation }) => `${service}:${nameOf(operation)}`), ...ownNames];
const doubles = rows.filter((row, index) => rows.indexOf(row) !== index);
problems.push(...doubles.map((name) => `${name} stands twice in the registry`));

const tests = allTests('test');
problems.push(...names.filter((name) => !isNamedIn(tests, name)).map((name) => `${name} is named in no test`));

const document = readFileSync(DOCUMENT, 'utf8');
const table = renderTable();
if (process.argv.includes('--write')) {
  writeFileSync(
    DOCUMENT,
    document.replace(TABLE, () => table),
  );
} else if (TABLE.exec(document)?.[0] !== table) {
  problems.push(`the table of ${DOCUMENT} is not that of the registry: npx tsx scripts/check-operations.ts --write`);
}

for (const problem of problems) console.error(problem);
console.log(`${names.length} operations, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

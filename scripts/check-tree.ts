import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Checks rules of the tree that no linter knows (docs/architecture.md): a README of at most 15 lines per layer, no catch-all names,
 * at most 25 files per directory, at most three directory levels below src, and nothing specific to the machine on which a file was
 * written. File sizes are reported, and fail only if far too large.
 */
const LONG_FILE = 300;
const TOO_LONG_FILE = 450;
const README_LINES = 15;
const FILES_PER_DIRECTORY = 25;

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path) && statSync(path).isFile());
const problems: string[] = [];
const warnings: string[] = [];

function checkLayers(): void {
  for (const layer of readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const readme = `src/${layer.name}/README.md`;
    if (!existsSync(readme)) problems.push(`${readme} is missing: what the layer owns, offers and may import`);
    else if (lineCount(readme) > README_LINES) problems.push(`${readme} has more than ${README_LINES} lines`);
  }
}

function checkNames(): void {
  const catchAll = /(^|[/-])(utils?|helpers?|common|misc)([./]|$)/;
  for (const path of tracked.filter((name) => name.startsWith('src/'))) {
    if (catchAll.test(path)) problems.push(`${path}: a name that says nothing of what is in it`);
    if (path.split('/').length - 2 > 3) problems.push(`${path}: more than three directories below src`);
    if (!/^([a-z0-9]+(-[a-z0-9]+)*)(\.[a-z]+)*$|^README\.md$/.test(basename(path))) {
      problems.push(`${path}: file names are kebab-case`);
    }
  }
  const perDirectory = new Map<string, number>();
  for (const path of tracked.filter((name) => name.startsWith('src/'))) {
    perDirectory.set(dirname(path), (perDirectory.get(dirname(path)) ?? 0) + 1);
  }
  for (const [directory, files] of perDirectory) {
    if (files > FILES_PER_DIRECTORY) problems.push(`${directory}: ${files} files; split it by noun`);
  }
}

/** Generated tables are exempt, because their size is determined by their data. */
function checkSizes(): void {
  const isCode = (path: string): boolean => /^(src|harness|test|scripts|bench)\/.*\.ts$/.test(path);
  for (const path of tracked.filter((name) => isCode(name) && !name.startsWith('src/wire/constraints/'))) {
    const lines = lineCount(path);
    if (lines > TOO_LONG_FILE) problems.push(`${path}: ${lines} lines; one concept each`);
    else if (lines > LONG_FILE) warnings.push(`${path}: ${lines} lines`);
  }
}

function checkContents(): void {
  const forbidden: readonly { what: string; pattern: RegExp; where: RegExp }[] = [
    { what: 'a default export', pattern: /^export default /m, where: /^src\/.*\.ts$/ },
    {
      what: 'the environment read outside config',
      pattern: /process\.env/,
      where: /^src\/(?!config\/|app\/|cli\/main\.ts).*\.ts$/,
    },
    {
      what: 'our whole environment for a child (harness/child-environment.ts strips what is not for it)',
      pattern: /\.\.\.process\.env\b|env: process\.env\b/,
      where: /^(?!scripts\/with-stores\.ts).*\.(ts|mjs|cjs|js)$/,
    },
    { what: 'a suppression without a reason', pattern: /biome-ignore [^:]*(:\s*)?$/m, where: /\.ts$/ },
    { what: 'a path of the machine', pattern: /(^|[\s"'`(=])\/(work|root|home)\//m, where: /./ },
    { what: 'an address in the lockfile', pattern: /"resolved": "https?:/, where: /^package-lock\.json$/ },
    {
      what: 'an import of tests (what is shared is in harness)',
      pattern: /'(\.\.\/)+test\/(?!policy|reference)/,
      where: /^(harness|scripts|bench)\//,
    },
    { what: 'an import of the product', pattern: /'\.\.\/src\//, where: /^harness\// },
    { what: 'a focused or skipped test', pattern: /\b(test|it|describe)\.(only|todo)\(/, where: /^test\// },
    ...registryHosts().map((host) => ({
      what: 'the host of a package registry',
      pattern: new RegExp(host.replaceAll('.', '\\.')),
      where: /./,
    })),
  ];
  for (const path of tracked.filter((name) => name !== 'scripts/check-tree.ts' && !/\.(png|mdb)$/.test(name))) {
    const text = readFileSync(path, 'utf8');
    for (const { what, pattern, where } of forbidden) {
      if (where.test(path) && pattern.test(text)) problems.push(`${path}: ${what}`);
    }
  }
}

/** From this machine's npm configuration, so that no list of hosts is needed in the tree. */
function registryHosts(): readonly string[] {
  const address = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  return URL.canParse(address) ? [new URL(address).hostname] : [];
}

function lineCount(path: string): number {
  return readFileSync(path, 'utf8').split('\n').length - 1;
}

checkLayers();
checkNames();
checkSizes();
checkContents();
for (const warning of warnings) console.log(`long: ${warning}`);
for (const problem of problems) console.error(problem);
console.log(`${tracked.length} files, ${problems.length} problems, ${warnings.length} long files`);
process.exitCode = problems.length === 0 ? 0 : 1;

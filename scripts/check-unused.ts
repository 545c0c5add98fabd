import { spawnSync } from 'node:child_process';

/**
 * Checks that no file, export or package in the tree is unused. Runs twice: on the product alone, where use by tests does not
 * count, and on everything. Allowed exceptions are listed below with their reason. An exception that is no longer needed fails too,
 * so that the list only shrinks.
 */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/policy/evaluate/operator-table.ts OPERATOR_NAMES': 'tests compare the vectors with the table',
};

interface Issue {
  readonly file: string;
  readonly [kind: string]: string | readonly { readonly name: string }[];
}

/** knip's findings as `file` or `file name`, with the kind of finding. */
function findUnused(...flags: string[]): ReadonlyMap<string, string> {
  const args = ['knip', '--config', 'scripts/knip.config.js', '--reporter', 'json', '--no-config-hints', ...flags];
  const { stdout, stderr, status } = spawnSync('npx', args, { encoding: 'utf8' });
  // 1: there are findings.
  if (status !== 0 && status !== 1) throw new Error(`knip failed:\n${stdout}${stderr}`);
  const { issues } = JSON.parse(stdout) as { issues: readonly Issue[] };
  return new Map(
    issues.flatMap(({ file, ...kinds }) =>
      Object.entries(kinds).flatMap(([kind, found]) =>
        typeof found === 'string' ? [] : found.map(({ name }) => [name === file ? file : `${file} ${name}`, kind]),
      ),
    ),
  );
}

const found = new Map([...findUnused('--production'), ...findUnused()]);
const problems = [
  ...[...found].filter(([what]) => !(what in ALLOWED)).map(([what, kind]) => `${what}: unused (${kind})`),
  ...Object.keys(ALLOWED)
    .filter((what) => !found.has(what))
    .map((what) => `${what}: is used or gone; remove it from the list in scripts/check-unused.ts`),
];
for (const problem of problems) console.error(problem);
console.log(`${Object.keys(ALLOWED).length} unused and allowed to be, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

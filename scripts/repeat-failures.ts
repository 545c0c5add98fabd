import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWithUs } from '../harness/ends-with-us.ts';

/**
 * `npm run test:failures [-- TIMES [WORDS…]]`: runs the failure suites (test/config/jest.failures.config.js) repeatedly, 20 times
 * by default, and reports for each test how often it failed and how long it took. Further words are passed to Jest (part of a
 * suite's path). Exits with 1 if anything failed in any run.
 */

/** The parts of Jest's `--json` output that are used. */
interface Run {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

interface Tally {
  runs: number;
  failures: number;
  slowestMs: number;
}

const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const [times = '20', ...words] = process.argv.slice(2);
const count = Number(times);
if (!Number.isInteger(count) || count < 1) throw new Error(`how many times? ${times} is no such number`);

const directory = mkdtempSync(join(tmpdir(), 'rolecall-failures-'));
const tallies = new Map<string, Tally>();

async function runOnce(file: string): Promise<Run> {
  const settings = [
    '--config',
    'test/config/jest.failures.config.js',
    '--maxWorkers=3',
    '--silent',
    '--json',
    '--outputFile',
    file,
  ];
  const child = spawn(...endsWithUs(process.execPath, [...JEST, ...settings, ...words]), { stdio: 'ignore' });
  await once(child, 'exit');
  return JSON.parse(readFileSync(file, 'utf8')) as Run;
}

/** Adds a run to the totals, prints its failures, and returns their number. */
function add({ testResults }: Run): number {
  let failed = 0;
  const fail = (what: string, why: string): void => {
    failed += 1;
    console.log(`  FAILED ${what}\n${why.replace(/^/gm, '    ')}`);
  };
  for (const { name, message, assertionResults } of testResults) {
    // A suite that could not run at all has no tests.
    if (assertionResults.length === 0) fail(name, message);
    for (const { fullName, status, duration, failureMessages } of assertionResults) {
      if (status === 'pending' || status === 'todo') continue;
      const tally = tallies.get(fullName) ?? { runs: 0, failures: 0, slowestMs: 0 };
      tallies.set(fullName, tally);
      tally.runs += 1;
      tally.slowestMs = Math.max(tally.slowestMs, duration ?? 0);
      if (status === 'passed') continue;
      tally.failures += 1;
      fail(fullName, failureMessages?.join('\n') ?? '');
    }
  }
  return failed;
}

let failures = 0;
for (let run = 1; run <= count; run++) {
  const from = performance.now();
  const result = await runOnce(join(directory, `${run}.json`));
  const failed = add(result);
  failures += failed;
  if (result.numTotalTests === 0) throw new Error('no tests were run');
  console.log(`run ${run} of ${count}: ${failed} failed, ${Math.round((performance.now() - from) / 1000)} s`);
}
rmSync(directory, { recursive: true, force: true });

console.log('\nfailed / runs, slowest');
for (const [name, tally] of [...tallies].sort(([, one], [, other]) => other.failures - one.failures)) {
  console.log(`${tally.failures} / ${tally.runs}  ${(tally.slowestMs / 1000).toFixed(1).padStart(5)} s  ${name}`);
}
console.log(`\n${failures === 0 ? 'nothing failed' : `${failures} failures`} in ${count} runs`);
process.exit(failures === 0 ? 0 : 1);

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { childEnvironment } from '../../harness/child-environment.ts';

const LANES = resolve('.ci/lanes.sh');
const bash = spawnSync('bash', ['-c', 'echo ${BASH_VERSINFO[0]}'], { encoding: 'utf8' });
const hasBash = Number(bash.stdout ?? 0) >= 5;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-lanes-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What a run of these checks prints, and its exit code. `$DIRECTORY` is a directory of the test's own. */
function run(checks: string, ...names: string[]) {
  const script = `set -euo pipefail\nsource '${LANES}'\n${checks}\nselect_checks "$@"\nrun_checks`;
  const env = childEnvironment({ DIRECTORY: directory });
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'run', ...names], { encoding: 'utf8', env });
  return { status, stderr, lines: stdout.split('\n'), stdout };
}

/** Both checks must be running at the same time, or this one waits for ever. */
const meets = (mine: string, other: string): string =>
  `bash -c 'echo ${mine} begins; touch $DIRECTORY/${mine}; until [ -e $DIRECTORY/${other} ]; do sleep 0.05; done; echo ${mine} ends'`;

(hasBash ? describe : describe.skip)('the lanes of CI (bash 5)', () => {
  test('run two checks at a time, and show each one’s output in one piece', () => {
    const { status, lines, stdout } = run(`check one '' ${meets('one', 'two')}\ncheck two '' ${meets('two', 'one')}`);
    expect({ status, stdout }).toMatchObject({ status: 0 });
    for (const name of ['one', 'two']) {
      const at = lines.indexOf(`=== ${name}`);
      expect(lines.slice(at, at + 3)).toEqual([`=== ${name}`, `${name} begins`, `${name} ends`]);
    }
    expect(stdout).toMatch(/\n2 passed, 0 failed\n$/);
  });

  test('start a check when those it needs have ended, successful or not', () => {
    const { status, lines } = run(
      "check last 'first' bash -c 'ls $DIRECTORY'\ncheck first '' bash -c 'touch $DIRECTORY/made; exit 3'",
    );
    expect(status).toBe(1);
    expect(lines).toContain('made');
    expect(lines).toContainEqual(expect.stringMatching(/^=== last: passed/));
    expect(lines).toContainEqual(expect.stringMatching(/^=== first: FAILED, exit code 3/));
  });

  test('give each lane its own ports', () => {
    const ask = (mine: string, other: string): string =>
      `check ${mine} '' bash -c 'touch $DIRECTORY/${mine}; until [ -e $DIRECTORY/${other} ]; do sleep 0.05; done; echo ports $TEST_PORTS'`;
    const { lines } = run(`${ask('one', 'two')}\n${ask('two', 'one')}`);
    expect(lines.filter((line) => line.startsWith('ports')).sort()).toEqual(['ports 12000-21999', 'ports 22000-31999']);
  });

  test('run only the named checks, with the build that they need', () => {
    const checks = "check build '' echo building\ncheck one 'build' echo one\ncheck two '' echo two";
    expect(run(checks, 'one').lines).toEqual(expect.arrayContaining(['building', 'one']));
    expect(run(checks, 'one').lines).not.toContain('two');
    expect(run(checks, 'none')).toMatchObject({ status: 2, stderr: expect.stringContaining('no check none') });
  });

  test('end with the failed tests and their messages, on the last page', () => {
    const log = join(directory, 'log');
    const failed = Array.from(
      { length: 30 },
      (_, index) =>
        `  ● the gate › lets ${index} in\n\n    expected 200, received 403\n\n      at Object.test (x.ts:1:1)\n`,
    );
    writeFileSync(log, `FAIL test/gate.test.ts\n${failed.join('\n')}${'noise\n'.repeat(5_000)}Test Suites: 1 failed\n`);
    const { status, lines } = run(
      `check tests '' bash -c 'cat $DIRECTORY/log; exit 1'\ncheck other '' bash -c 'seq 1000; exit 1'\ncheck good '' true`,
    );
    expect(status).toBe(1);
    const page = lines.slice(-80);
    expect(page).toContain('=== failed: tests other');
    expect(page).toContain('test/gate.test.ts ● the gate › lets 0 in');
    expect(page).toContain('test/gate.test.ts ● the gate › lets 29 in');
    expect(page).toContain('1000');
    expect(page.at(-2)).toBe('1 passed, 2 failed');
  });

  test('report a check with circular needs as never run', () => {
    const { status, stdout } = run("check one 'two' true\ncheck two 'one' true");
    expect(status).toBe(2);
    expect(stdout).toContain('one was never run');
  });
});

test('each check of .ci/run has a row in the budget, and two lanes finish within an hour', () => {
  const declared = [...readFileSync('.ci/run', 'utf8').matchAll(/^(?:urgent_)?check (\S+) /gm)].map(([, name]) => name);
  const rows = [...readFileSync('.ci/README.md', 'utf8').matchAll(/^\| `(\S+)` \| (\d+) \|/gm)];
  expect(rows.map(([, name]) => name)).toEqual(declared);
  const sum = rows.reduce((seconds, [, , each]) => seconds + Number(each), 0);
  expect(sum / 2).toBeLessThan(3_600);
});

test('each check of .ci/run that runs a package waits for the packages', () => {
  // These install something, or run Node alone.
  const without = [
    'lockfile',
    'npm-packages',
    'debian-packages',
    'ferretdb',
    'authlib',
    'auditors',
    'minio-client',
    'go-clients',
    'java-clients',
  ];
  const checks = [...readFileSync('.ci/run', 'utf8').matchAll(/^(?:urgent_)?check (\S+) '([^']*)'/gm)];
  const hasty = checks.filter(([, , needs = '']) => !/\b(?:npm-packages|build)\b/.test(needs)).map(([, name]) => name);
  expect(hasty).toEqual(without);
});

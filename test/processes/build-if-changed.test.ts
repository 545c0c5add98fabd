import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

/** A project of its own, whose build writes a line to a file and puts its output in place. Its npm runs that at once, which npm would not. */
let project: string;
const at = (path: string): string => join(project, path);
const BUILD = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
appendFileSync('builds', 'built\\n');
if (existsSync('touch-source')) appendFileSync('src/app/main.ts', '// changed during the build\\n');
if (existsSync('fail')) process.exit(3);
mkdirSync('dist/app', { recursive: true });
writeFileSync('dist/app/main.js', readFileSync('src/app/main.ts'));
writeFileSync('dist/app/chunk-1.js', '');
`;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'rolecall-build-'));
  await mkdir(at('src/app'), { recursive: true });
  await mkdir(at('scripts'));
  await cp('scripts/build-if-changed.mjs', at('scripts/build-if-changed.mjs'));
  await writeFile(at('build.mjs'), BUILD);
  await writeFile(
    at('scripts/npm'),
    `#!/bin/sh\n[ "$*" = 'run --silent build' ] && exec '${process.execPath}' build.mjs\n`,
  );
  await chmod(at('scripts/npm'), 0o755);
  await writeFile(at('package.json'), '{}');
  await writeFile(at('package-lock.json'), '{}');
  await writeFile(at('src/app/main.ts'), '// main\n');
  await writeFile(at('src/app/part.ts'), '// part\n');
});
afterEach(() => rm(project, { recursive: true, force: true }));

async function start(): Promise<number | null> {
  const env = { PATH: `${at('scripts')}:${process.env['PATH']}` };
  const child = spawn(process.execPath, ['scripts/build-if-changed.mjs'], { cwd: project, env, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function builds(): Promise<number> {
  return existsSync(at('builds')) ? (await readFile(at('builds'), 'utf8')).trim().split('\n').length : 0;
}

test('builds once, and not again while nothing changes', async () => {
  expect([await start(), await start(), await start()]).toEqual([0, 0, 0]);
  expect(await builds()).toBe(1);
});

describe('builds again after', () => {
  const LONG_AGO = new Date('2001-01-01T00:00:00Z');
  test.each<readonly [what: string, change: () => Promise<unknown>]>([
    ['a source that changed', () => appendFile(at('src/app/part.ts'), '// more\n')],
    ['a source put back with an older date', () => utimes(at('src/app/part.ts'), LONG_AGO, LONG_AGO)],
    ['a source that is new', () => writeFile(at('src/app/new.ts'), '')],
    ['a source that was removed', () => rm(at('src/app/part.ts'))],
    ['another package.json', () => appendFile(at('package.json'), '\n')],
    ['another lockfile', () => appendFile(at('package-lock.json'), '\n')],
    [
      'another install',
      () => mkdir(at('node_modules')).then(() => writeFile(at('node_modules/.package-lock.json'), '{}')),
    ],
    [
      'a change of the build itself',
      () => mkdir(at('scripts/build')).then(() => writeFile(at('scripts/build/build.ts'), '')),
    ],
    ['dist was removed', () => rm(at('dist'), { recursive: true })],
    ['a part of dist was removed', () => rm(at('dist/app/chunk-1.js'))],
    ['the stamp was cut off', () => writeFile(at('dist/.built'), '{"madeOf":')],
  ])('%s', async (_, change) => {
    await start();
    await change();
    expect([await start(), await builds()]).toEqual([0, 2]);
    expect([await start(), await builds()]).toEqual([0, 2]);
  });

  test('a failed build, whose exit code it passes on', async () => {
    await writeFile(at('fail'), '');
    expect(await start()).toBe(3);
    await rm(at('fail'));
    expect([await start(), await builds()]).toEqual([0, 2]);
  });

  test('an interrupted build, even after a complete one', async () => {
    await start();
    await appendFile(at('src/app/main.ts'), '// newer\n');
    await writeFile(at('fail'), '');
    await start();
    await rm(at('fail'));
    expect([await start(), await builds()]).toEqual([0, 3]);
    expect(await readFile(at('dist/app/main.js'), 'utf8')).toBe('// main\n// newer\n');
  });

  test('a source that changed during the build', async () => {
    await writeFile(at('touch-source'), '');
    await start();
    await rm(at('touch-source'));
    expect([await start(), await builds()]).toEqual([0, 2]);
    expect([await start(), await builds()]).toEqual([0, 2]);
  });
});

test('two concurrent builds both succeed, and nothing is left to build', async () => {
  expect(await Promise.all([start(), start()])).toEqual([0, 0]);
  const before = await builds();
  expect([await start(), await builds()]).toEqual([0, before]);
});

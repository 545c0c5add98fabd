import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { sourcePlaces } from '../../scripts/build/source-places.ts';
import { sourceNames, withSourceNames } from '../../src/app/log/source-places.ts';

const DIRECTORY = 'file:///opt/role%20call/dist/app/';
const PLACES = {
  sources: ['src/operations/pipeline.ts', 'node_modules/koa/lib/application.js'],
  files: { 'run-server-AB12.js': [10, 0, 5, 20, 0, 40, 30, 1, 0] },
};

describe('stack frames of the built server', () => {
  test.each([
    ['a line within a run', '12:7', 'src/operations/pipeline.ts:7'],
    ['the first line of a run', '20:1', 'src/operations/pipeline.ts:40'],
    ['a line of a package, of which the file is known', '99:3', 'node_modules/koa/lib/application.js'],
    ['a line ahead of all runs', '3:1', `${DIRECTORY}run-server-AB12.js:3:1`],
  ])('%s', (_, place, expected) => {
    const frames = sourceNames(PLACES, DIRECTORY)(`    at async handle (${DIRECTORY}run-server-AB12.js:${place})`);
    expect(frames).toBe(`    at async handle (${expected})`);
  });

  test('frames of other files stay as they are', () => {
    const frames = [
      '    at node:internal/process/task_queues:95:5',
      `    at ${DIRECTORY}of-another-build.js:1:2`,
      '    at file:///opt/other/dist/app/run-server-AB12.js:12:7',
    ].join('\n');
    expect(sourceNames(PLACES, DIRECTORY)(frames)).toBe(frames);
  });

  test('sources keep their own names', () => {
    expect(withSourceNames('    at file:///a/src/app/main.ts:1:2')).toBe('    at file:///a/src/app/main.ts:1:2');
  });
});

test('the table made by the build maps a built line to its source line', async () => {
  const { outputFiles } = await build({
    entryPoints: ['src/http/client-address.ts'],
    outdir: 'dist/app',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    sourcemap: 'external',
    banner: { js: '// one line more' },
  });
  const places = sourcePlaces(outputFiles.filter(({ path }) => path.endsWith('.map')));
  const lines = outputFiles.find(({ path }) => path.endsWith('.js'))?.text.split('\n') ?? [];
  const line = 1 + lines.findIndex((text) => text.includes('function trustedProxies('));
  const named = sourceNames(places, 'file:///x/dist/app/')(`at file:///x/dist/app/client-address.js:${line}:1`);
  const [, sourceLine] = /^at src\/http\/client-address\.ts:(\d+)$/.exec(named) ?? [];
  expect(readFileSync('src/http/client-address.ts', 'utf8').split('\n')[Number(sourceLine) - 1]).toContain(
    'export function trustedProxies(',
  );
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/**
 * What `main.ts` imports is loaded before its first line runs, and until then SIGHUP ends the process. Loading the server takes a good part
 * of a start, so all of it must come after the line that takes the signal.
 */
test('a SIGHUP does not end a process that is still loading: the entry point handles signals before it imports our modules', () => {
  const text = readFileSync(new URL('../../src/app/main.ts', import.meta.url), 'utf8');
  const imported = [...text.matchAll(/^import .*?from '(?<name>[^']+)';$/gms)].map(({ groups }) => groups?.['name']);
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
  const taken = text.indexOf("process.on('SIGHUP'");
  expect(taken).toBeGreaterThan(0);
  expect(text.indexOf('await import(')).toBeGreaterThan(taken);
});

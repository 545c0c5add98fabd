import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { childEnvironment } from '../../harness/child-environment.ts';
import { readSettings } from '../../src/app/settings/read-settings.ts';

const NAME = 'ROLECALL_TEST_ONLY';

/** What a child sees of the variables of the product. */
function seen(env: Readonly<Record<string, string>>): readonly string[] {
  const text = execFileSync('env', ['-0'], { env, encoding: 'utf8' });
  return text.split('\0').filter((line) => line.startsWith('ROLECALL_'));
}

test('each run has a variable that is not for children, and the product refuses it', () => {
  expect(process.env[NAME]).toBeDefined();
  const read = () => readSettings({ [NAME]: 'x' }, '/no/such/default.json');
  expect(read).toThrow(expect.objectContaining({ problems: [`${NAME}: is not a known variable`] }));
});

test('a child gets our environment without variables of the product, and those named for it', () => {
  expect(seen(childEnvironment())).toEqual([]);
  expect(seen(childEnvironment({ ROLECALL_WORKERS: '2' }))).toEqual(['ROLECALL_WORKERS=2']);
  expect(childEnvironment()).toMatchObject({ PATH: process.env['PATH'] });
});

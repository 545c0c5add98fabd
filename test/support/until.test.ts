import { expect, test } from '@jest/globals';
import { until } from './until.ts';

test('waits until the condition holds', async () => {
  let asked = 0;
  await until(async () => ++asked === 3);
  expect(asked).toBe(3);
});

test.each([
  ['never holds', () => Date.now() < 0],
  ['never answers', () => Date.now() < 0 || new Promise<boolean>(() => {})],
])('names a condition that %s', async (_what, holds) => {
  await expect(until(holds, 20)).rejects.toThrow('Date.now() < 0');
});

test('passes on the error of a condition', async () => {
  await expect(until(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
});

import { expect, test } from '@jest/globals';
import { foldFaults } from '../../src/app/log/fold-faults.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';

const full = (page: number) => new StoreUnavailableError(`embedded store: full at page ${page}`, { reason: 'full' });

/** A log of faults, and what was logged. */
function faultLog() {
  const logged: [string, Record<string, unknown>][] = [];
  const faults = foldFaults({ error: (message, facts) => void logged.push([message, { ...facts }]) });
  return { ...faults, logged };
}

test('[S48] failures of one store are logged once without a stack, and counted', () => {
  const { error, logged, storeFailures, flush } = faultLog();
  for (let n = 0; n < 1000; n++) error('a call failed', full(n), { requestId: `r${n}` });
  expect(logged).toEqual([['a call failed', { requestId: 'r0', reason: 'embedded store: full at page 0' }]]);
  flush();
  expect(logged[1]).toEqual([
    'a call failed',
    { requestId: 'r999', reason: 'embedded store: full at page 999', count: 999 },
  ]);
  expect(storeFailures()).toBe(1000);
});

test('a different reason and a bug of ours are logged individually', () => {
  const { error, logged, storeFailures } = faultLog();
  error('a call failed', full(1));
  error('a call failed', new StoreUnavailableError('redis does not answer in time'));
  const ours = new TypeError('x is undefined');
  error('a call failed', ours, { requestId: 'r' });
  error('a call failed', ours, { requestId: 'r' });
  expect(logged).toHaveLength(4);
  expect(logged[3]).toEqual(['a call failed', { err: ours, requestId: 'r' }]);
  expect(storeFailures()).toBe(2);
});

import { expect, test } from '@jest/globals';
import { limitStarts } from '../../src/oidc/features/limit-starts.ts';
import { MAX_STARTS, openStartLimit } from '../../src/sign-in/start-limit.ts';

const limited = () => {
  let address = '';
  let now = 0;
  const limit = openStartLimit({
    clock: { now: () => now },
    clientAddress: () => address,
    requestIdOf: () => '',
  });
  const middleware = limitStarts(limit);
  /** How many of so many starts are let through. */
  const start = (count: number, addressOf: (n: number) => string): number => {
    let passed = 0;
    for (let n = 0; n < count; n++) {
      address = addressOf(n);
      const ctx = { path: '/auth', req: { headers: {} }, set: () => {} };
      void middleware(ctx as never, async () => void passed++);
    }
    return passed;
  };
  return { start, advance: (ms: number) => (now += ms) };
};

test('nobody can fill the store from many networks of one IPv6 /48 either', () => {
  const { start, advance } = limited();
  const site = (n: number): string => `2001:db8:7:${(n % 5000).toString(16)}::1`;
  expect(start(5 * MAX_STARTS, site)).toBe(3 * MAX_STARTS);
  expect(start(10, () => '2001:db8:8::1')).toBe(10);
  advance(60_000);
  expect(start(10, site)).toBe(10);
});

test('one network over its limit does not use up the limit of others', () => {
  const { start } = limited();
  expect(start(10 * MAX_STARTS, () => '2001:db8:9:1::1')).toBe(MAX_STARTS);
  expect(start(10, () => '2001:db8:9:2::1')).toBe(10);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Attempt, openSignInLimits, type SignInLimits } from '../../../src/identity/attempts/sign-in-limits.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

let open: OpenIdentities;
/** The counters that have been used, by key. */
let counted: Map<string, number>;
let limits: SignInLimits;
const deferred: (() => Promise<void>)[] = [];

beforeAll(async () => {
  open = await openIdentities({ clock: { now: () => 1_700_000_000_000 } });
  counted = new Map();
  const ephemeral = {
    ...open.ephemeral,
    async increment(key: string, by: number, ttlMs: number) {
      const count = await open.ephemeral.increment(key, by, ttlMs);
      counted.set(key, count);
      return count;
    },
    async delete(keys: readonly string[]) {
      for (const key of keys) counted.delete(key);
      await open.ephemeral.delete(keys);
    },
  };
  limits = openSignInLimits(ephemeral, { later: async (write) => void deferred.push(write) });
});
afterAll(() => open.close());

const from = (target: string, ip: string, device?: string): Attempt => ({ target, origin: { ip, device } });
/** Begins an attempt that fails, and does what it deferred. */
async function fail(attempt: Attempt) {
  const verdict = await limits.begin(attempt);
  await Promise.all(deferred.splice(0).map((write) => write()));
  return verdict;
}
/** The counters of a kind that still count something. */
const counters = (kind: string): number[] =>
  [...counted].filter(([key, count]) => key.startsWith(`sign-in/${kind}/`) && count > 0).map(([, count]) => count);

test('[S24] failures from a known address do not count as those of unknown ones', async () => {
  const home = from('alice', '192.0.2.1');
  await limits.succeeded(home, true);
  for (let n = 0; n < 3; n++) expect(await fail(home)).toEqual({ next: 'try' });
  expect(counters('person-address')).toEqual([3]);
  expect(counters('person')).toEqual([]);
  expect(await fail(from('alice', '192.0.2.2'))).toEqual({ next: 'try' });
  expect(counters('person')).toEqual([1]);
});

test('[S24] attempts that their address is refused do not count against the person', async () => {
  counted.clear();
  const stranger = from('bob', '192.0.2.3');
  const verdicts = [];
  for (let n = 0; n < 15; n++) verdicts.push((await fail(stranger)).next);
  expect(verdicts).toEqual([...Array(10).fill('try'), ...Array(5).fill('wait')]);
  expect(counters('person')).toEqual([10]);
});

test('[S24] a device that is not known leaves no counters behind', async () => {
  counted.clear();
  expect(await fail(from('carol', '192.0.2.4', 'made-up'))).toEqual({ next: 'try' });
  expect([counters('person-device'), counters('person-device-day')]).toEqual([[], []]);
  expect(counters('person')).toEqual([1]);
});

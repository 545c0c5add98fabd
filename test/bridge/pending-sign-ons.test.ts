import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPendingSignOns, type PendingSignOns, type SignOn } from '../../src/bridge/stores/pending-sign-ons.ts';
import { type OpenIdentities, openIdentities } from '../support/open-identities.ts';

const BEGUN: SignOn = {
  accountId: '123456789012',
  applicationId: 'wiki',
  acs: 'https://wiki.example/acs',
  request: undefined,
  relayState: undefined,
  begunAt: 1,
};

let open: OpenIdentities;
let pending: PendingSignOns;
beforeAll(async () => {
  open = await openIdentities();
  pending = openPendingSignOns(open);
});
afterAll(() => open.close());

/** A kept sign-on, as it is read. */
async function kept(): Promise<{ readonly id: string; readonly signOn: SignOn }> {
  const id = await pending.keep(BEGUN);
  const signOn = await pending.get(id);
  if (signOn === undefined) throw new Error('the sign-on was not kept');
  return { id, signOn };
}

test('a sign-on is replaced as it was read, and by the faster of two tabs', async () => {
  const { id, signOn } = await kept();
  const [first, second] = ['one', 'two'].map((holder) => ({ ...signOn, askedOver: { holder } }));
  if (first === undefined || second === undefined) throw new Error('two are needed');
  expect(await pending.replace(id, signOn, first)).toBe(true);
  expect(await pending.replace(id, signOn, second)).toBe(true);
  expect(await pending.get(id)).toEqual(JSON.parse(JSON.stringify(first)));
});

test('[attack] a sign-on that ended meanwhile is not revived', async () => {
  const { id, signOn } = await kept();
  expect(await pending.end(id)).toBe(true);
  expect(await pending.replace(id, signOn, { ...signOn, askedOver: { holder: 'one' } })).toBe(false);
  expect(await pending.get(id)).toBeUndefined();
  expect(await pending.end(id)).toBe(false);
});

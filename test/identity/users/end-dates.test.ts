import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isDisabled, type User } from '../../../src/identity/documents/user.ts';
import { createUser } from '../../../src/identity/users/create-user.ts';
import { type EndDates, openEndDates, setEndDate } from '../../../src/identity/users/end-dates.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';
import { until } from '../../support/until.ts';

const ACCOUNT_ID = '123456789012';
const DAY = 86_400_000;
let now = Date.now();
const clock = { now: () => now };
let identities: OpenIdentities;
beforeAll(async () => {
  identities = await openIdentities({ clock });
  await identities.addAccount(ACCOUNT_ID);
});
afterAll(() => identities.close());

const make = (userName: string): Promise<User> =>
  createUser({ store: identities.identities, random: identities.random }, { accountId: ACCOUNT_ID, userName, now });
const set = (user: User, endsAt: number | undefined) =>
  setEndDate({ store: identities.identities, feed: identities.ephemeral, now }, user, endsAt);
const current = async ({ accountId, userId }: User) => {
  const user = await identities.identities.users.get([accountId, userId]);
  if (user === undefined) throw new Error('gone');
  return user;
};

test('[S36] every process ends users whose date was set before its start, or since by another process, each once', async () => {
  const before = await make('before');
  await set(before, now + DAY);
  const endedUsers: string[] = [];
  const faults: unknown[] = [];
  const open = (): EndDates =>
    openEndDates({
      store: identities.identities,
      feed: identities.ephemeral,
      clock,
      ended: ({ userName }) => void endedUsers.push(userName),
      onFault: (fault) => void faults.push(fault),
    });
  const processes = [open(), open()];
  for (const each of processes) each.start();
  const [since, moved, removed] = [await make('since'), await make('moved'), await make('removed')];
  for (const user of [since, moved, removed]) await set(user, now + DAY);
  await set(moved, now + 3 * DAY);
  await set(removed, undefined);
  now += DAY;
  await until(async () => isDisabled(await current(before)) && isDisabled(await current(since)));
  await until(() => endedUsers.length === 2);
  expect([isDisabled(await current(moved)), isDisabled(await current(removed))]).toEqual([false, false]);
  const { disabled, timesDisabled, loginGeneration, endsAt } = await current(since);
  expect(disabled).toEqual({ endDate: { reason: expect.any(String), at: now } });
  expect([timesDisabled, loginGeneration, endsAt]).toEqual([1, 1, undefined]);
  for (const each of processes) await each.close();
  expect([endedUsers.sort(), faults]).toEqual([['before', 'since'], []]);
});

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { changeAddress, restoreAddress } from '../../../src/identity/addresses/change-address.ts';
import { userHolder } from '../../../src/identity/credentials/stored-holders.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

const ACCOUNT = '111122223333';
const DAY = 86_400_000;
let open: OpenIdentities;
let count = 0;
let ann: User;
beforeAll(async () => {
  open = await openIdentities();
  await open.addAccount(ACCOUNT);
});
afterAll(() => open.close());
beforeEach(async () => {
  count += 1;
  ann = await addUser(`ann${count}`, { email: `ann${count}@old.example`, emailVerifiedAt: 1 });
});

async function addUser(userName: string, more: Partial<User> = {}): Promise<User> {
  const user: User = {
    ...{ accountId: ACCOUNT, userId: `AIDA${userName}`, userName, nameKey: userName, path: '/', createdAt: 0 },
    ...{ tags: [], inlinePolicies: [], attachedPolicies: [], groupIds: [], accessKeys: [], mfaDevices: [] },
    ...more,
  };
  await open.identities.users.insert(user);
  return user;
}
const stored = async (user = ann) => (await open.identities.users.get([ACCOUNT, user.userId])) as User;
const change = async (email: string, now: number, user = ann) =>
  changeAddress(open.identities, userHolder(await stored(user)), { email, now });
const addressOf = async (user = ann) => {
  const { email, emailVerifiedAt } = await stored(user);
  return [email, emailVerifiedAt];
};

test('[S31] an address that another user or a root user has, or a name of another user, is not given', async () => {
  await addUser(`bob${count}`, { email: `bob${count}@example.org` });
  await addUser(`named${count}@example.org`);
  for (const taken of [`Bob${count}@Example.org`, `root-${ACCOUNT}@example.com`, `named${count}@example.org`])
    expect(await change(taken, 10)).toBe('taken');
  expect(await addressOf()).toEqual([`ann${count}@old.example`, 1]);
});

test('of two people at the same moment, one gets it', async () => {
  const eve = await addUser(`eve${count}`);
  const both = await Promise.all([change(`one${count}@example.org`, 10), change(`one${count}@example.org`, 10, eve)]);
  expect(both.toSorted()).toEqual(['changed', 'taken']);
});

test('[S36] a change on its way when all logins end is refused', async () => {
  const asked = userHolder(await stored());
  await open.identities.users.update([ACCOUNT, ann.userId], (old) => ({ ...old, loginGeneration: 7 }));
  await expect(changeAddress(open.identities, asked, { email: 'late@example.org', now: 10 })).rejects.toMatchObject({
    code: 'AccessDenied',
  });
});

test('[S33] an intruder’s changes are undone, however many; earlier ones of the owner are not', async () => {
  const [old, own] = [`ann${count}@old.example`, `ann${count}@own.example`];
  expect(await change(own, DAY)).toBe('changed');
  for (let hop = 0; hop < 12; hop++)
    expect(await change(`thief${count}${hop}@evil.example`, 2 * DAY + hop)).toBe('changed');
  await restoreAddress(open.identities, ann, 2 * DAY - 3_600_000);
  expect(await addressOf()).toEqual([own, DAY]);
  expect((await stored()).formerEmails).toEqual([{ email: old, verifiedAt: 1, until: DAY }]);
  // Doing it again changes nothing.
  await restoreAddress(open.identities, ann, 2 * DAY - 3_600_000);
  expect(await addressOf()).toEqual([own, DAY]);
});

test('a user who had no address has none again, and one whose address went to another person has none', async () => {
  const eve = await addUser(`eve${count}`);
  await change(`eve${count}@evil.example`, DAY, eve);
  await restoreAddress(open.identities, eve, DAY - 1);
  expect(await addressOf(eve)).toEqual([undefined, undefined]);
  await change(`ann${count}@evil.example`, DAY);
  await change(`ann${count}@old.example`, DAY, eve);
  await restoreAddress(open.identities, ann, DAY - 1);
  expect(await addressOf()).toEqual([undefined, undefined]);
});

test('former addresses are forgotten after three days', async () => {
  await change(`a${count}@example.org`, DAY);
  await change(`b${count}@example.org`, 5 * DAY);
  expect((await stored()).formerEmails).toEqual([{ email: `a${count}@example.org`, verifiedAt: DAY, until: 5 * DAY }]);
});

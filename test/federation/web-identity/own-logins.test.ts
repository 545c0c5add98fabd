import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { ownLogins } from '../../../src/federation/web-identity/own-logins.ts';
import { withLoginsEnded } from '../../../src/identity/credentials/login-generation.ts';
import { loginMarks } from '../../../src/identity/credentials/login-mark.ts';
import { openPeople } from '../../../src/identity/credentials/people.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { type IdentityStore, openIdentityStore } from '../../../src/identity/store/identity-store.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const ACCOUNT = '123456789012';
const ROOT = { passwordHash: '', passwordChangedAt: 0, accessKeys: [], mfaDevices: [] };

let directory: string;
let embedded: EmbeddedStore;
let store: IdentityStore;
const marks = loginMarks(Buffer.alloc(32, 1), systemRandom());
let holds: (claims: JWTPayload) => Promise<boolean>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
  embedded = await openEmbeddedStore({ directory, clock: systemClock });
  store = openIdentityStore(embedded.collections);
  const loginOf = ownLogins(openPeople(store, systemClock), marks);
  holds = async (claims) => (await loginOf(claims, Date.now())) !== 'over';
  await store.accounts.insert({ accountId: ACCOUNT, createdAt: 0, root: { ...ROOT, email: 'root@example.com' } });
});
afterAll(async () => {
  await embedded.close();
  await rm(directory, { recursive: true });
});

async function addUser(userName: string, createdAt = 0): Promise<User> {
  const user: User = {
    accountId: ACCOUNT,
    userId: makeId(ID_PREFIX.user, ACCOUNT, systemRandom()),
    userName,
    nameKey: userName,
    path: '/team/',
    createdAt,
    inlinePolicies: [],
    attachedPolicies: [],
    tags: [],
    groupIds: [],
    accessKeys: [],
    loginProfile: { passwordHash: '', createdAt: 0, changedAt: 0, resetRequired: false, formerHashes: [] },
    mfaDevices: [],
  };
  await store.users.insert(user);
  return user;
}

test('[S36] are valid while the user exists, may sign in, and has not been signed out since', async () => {
  const user = await addUser('alice');
  const arn = `arn:aws:iam::${ACCOUNT}:user/team/alice`;
  const tokens = [
    { sub: user.userId, arn, iat: 2000, auth_time: 1000 },
    { sub: 'a pairwise subject', arn, iat: 2000, auth_time: 1000 },
  ];
  const all = () => Promise.all(tokens.map((claims) => holds(claims)));
  const key = [ACCOUNT, user.userId] as const;
  expect(await all()).toEqual([true, true]);
  await store.users.update(key, withLoginsEnded);
  expect(await all()).toEqual([false, false]);
  await store.users.update(key, ({ loginGeneration: _, ...old }) => old);
  await store.users.update(key, ({ loginProfile: _, ...old }) => old);
  expect(await all()).toEqual([false, false]);
  await store.users.remove(key);
  expect(await all()).toEqual([false, false]);
  await addUser('alice', 1_001_000);
  expect(await all()).toEqual([false, false]);
});

test('[S36] those with a mark are valid while the login generation that they name is current, whatever the clock', async () => {
  const user = await addUser('marked');
  const arn = `arn:aws:iam::${ACCOUNT}:user/team/marked`;
  const { userId: subject } = user;
  const markOf = (generation: number) => ({ sub: 'pairwise', arn, iat: 1, lgn: marks.make({ subject, generation }) });
  expect([await holds(markOf(0)), await holds(markOf(1)), await holds({ ...markOf(0), lgn: 'x' })]).toEqual([
    true,
    false,
    false,
  ]);
  await store.users.update([ACCOUNT, subject], withLoginsEnded);
  expect([await holds(markOf(0)), await holds(markOf(1))]).toEqual([false, true]);
  // The name alone does not inherit them.
  await store.users.remove([ACCOUNT, subject]);
  await store.users.insert({ ...user, userId: makeId(ID_PREFIX.user, ACCOUNT, systemRandom()), loginGeneration: 1 });
  expect(await holds(markOf(1))).toBe(false);
});

test('of root users are valid, of unknown subjects are not', async () => {
  const arn = `arn:aws:iam::${ACCOUNT}:root`;
  expect(await holds({ sub: ACCOUNT, arn, iat: 1 })).toBe(true);
  expect(await holds({ sub: 'pairwise', arn, iat: 1 })).toBe(true);
  for (const claims of [
    {},
    { sub: 'x' },
    { sub: 'x', arn: 'y' },
    { sub: 'x', arn: `arn:aws:iam::${ACCOUNT}:user/no` },
  ]) {
    expect(await holds(claims)).toBe(false);
  }
});

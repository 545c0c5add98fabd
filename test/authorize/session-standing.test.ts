import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAuthorizer } from '../../src/authorize/authorizer.ts';
import { isSessionOpen, type Standing } from '../../src/authorize/session-standing.ts';
import type { User } from '../../src/identity/documents/user.ts';
import type { Caller, SessionFacts } from '../../src/identity/sessions/caller.ts';
import { IdentityCache } from '../../src/identity/store/identity-cache.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../src/kernel/ids.ts';
import { type OpenIdentities, openIdentities } from '../support/open-identities.ts';

const ACCOUNT = '123456789012';
let open: OpenIdentities;
beforeAll(async () => {
  open = await openIdentities();
  await open.addAccount(ACCOUNT, { loginGeneration: 3 });
});
afterAll(() => open.close());

let made = 0;
async function add(given: Partial<User>): Promise<string> {
  const userName = `user${++made}`;
  const user: User = {
    accountId: ACCOUNT,
    userId: makeId(ID_PREFIX.user, ACCOUNT, open.random),
    userName,
    nameKey: userName,
    path: '/',
    createdAt: 0,
    inlinePolicies: [],
    attachedPolicies: [],
    tags: [],
    groupIds: [],
    accessKeys: [],
    mfaDevices: [],
    ...given,
  };
  await open.identities.users.insert(user);
  return user.userId;
}

/** Whether a role session with these stamps is open, by the store and then by the cache. */
async function isOpen(stamps: Pick<SessionFacts, 'login' | 'user'>): Promise<boolean> {
  const standings = new IdentityCache<Standing>({
    feed: open.ephemeral,
    clock: systemClock,
    limit: 10,
  });
  const session = { tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] };
  const caller = { type: 'AssumedRole', session: { ...session, issuedAt: 0, expiresAt: 1, ...stamps } } as object;
  try {
    const first = await isSessionOpen({ store: open.identities, standings, clock: systemClock }, caller as Caller);
    expect(await isSessionOpen({ store: open.identities, standings, clock: systemClock }, caller as Caller)).toBe(
      first,
    );
    return first;
  } finally {
    standings.close();
  }
}

const loginProfile = { passwordHash: 'h', createdAt: 1, changedAt: 2, resetRequired: false, formerHashes: [] };
const links = [{ id: 'l', connector: 'google', subject: '1', groupIds: [], createdAt: 0 }];
const disabled = { directory: { reason: 'left', at: 0 } };

test.each<[string, Partial<User>, generation: number, boolean]>([
  ['with a password', { loginProfile, loginGeneration: 2 }, 2, true],
  ['whose logins were ended', { loginProfile, loginGeneration: 2 }, 1, false],
  ['who comes through a connector', { links, loginGeneration: 2 }, 2, true],
  ['without any way to sign in', { loginGeneration: 2 }, 2, false],
  ['who is disabled', { loginProfile, disabled, loginGeneration: 2 }, 2, false],
])('[S36] a role session from the login of a user %s', async (_name, given, generation, expected) => {
  const subject = await add(given);
  expect(await isOpen({ login: { subject, generation } })).toBe(expected);
});

test.each<[string, Partial<User>, timesDisabled: number, boolean]>([
  ['who was never disabled', {}, 0, true],
  ['who was enabled again before', { timesDisabled: 2 }, 2, true],
  ['who was disabled and enabled since', { timesDisabled: 2 }, 1, false],
  ['who is disabled', { timesDisabled: 1, disabled }, 1, false],
])('[S36] a role session from the access key of a user %s', async (_name, given, timesDisabled, expected) => {
  const subject = await add(given);
  expect(await isOpen({ user: { subject, timesDisabled } })).toBe(expected);
});

test('[S36] root users, deleted users, and sessions from elsewhere', async () => {
  const gone = makeId(ID_PREFIX.user, ACCOUNT, open.random);
  expect(await isOpen({ login: { subject: ACCOUNT, generation: 3 } })).toBe(true);
  expect(await isOpen({ login: { subject: ACCOUNT, generation: 2 } })).toBe(false);
  expect(await isOpen({ login: { subject: '999999999999', generation: 0 } })).toBe(false);
  expect(await isOpen({ user: { subject: gone, timesDisabled: 0 } })).toBe(false);
  expect(await isOpen({})).toBe(true);
});

test('[S36] sessions that were opened through an account which was closed since', async () => {
  const other = '210987654321';
  await open.addAccount(other);
  await open.identities.accounts.update([other], (old) => ({ ...old, reopenedAt: 2000 }));
  const { identities: store, ephemeral: feed } = open;
  const authorizer = createAuthorizer({ store, feed, clock: systemClock });
  const none = { tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] };
  const isKnown = async (accountId: string, facts: Partial<SessionFacts>) => {
    const session = { ...none, issuedAt: 3000, expiresAt: Infinity, ...facts };
    const caller: Caller = { type: 'Account', accountId, arn: '', userId: accountId, accessKeyId: '', session };
    return (await authorizer.current(caller)) !== undefined;
  };
  for (const _ of ['loaded', 'cached']) {
    expect(await isKnown(ACCOUNT, { issuedAt: 0 })).toBe(true);
    expect(await isKnown(other, {})).toBe(true);
    expect(await isKnown(other, { issuedAt: 1000 })).toBe(false);
    expect(await isKnown(ACCOUNT, { through: [other] })).toBe(true);
    expect(await isKnown(ACCOUNT, { through: [other], issuedAt: 1000 })).toBe(false);
    expect(await isKnown(ACCOUNT, { through: [other, '999999999999'] })).toBe(false);
  }
  authorizer.close();
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isSessionOpen, type Standing } from '../../../src/authorize/session-standing.ts';
import { loginMarks } from '../../../src/identity/credentials/login-mark.ts';
import { isOriginOver, type LoginOrigin } from '../../../src/identity/credentials/login-origin.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { linkId } from '../../../src/identity/links/link-id.ts';
import { openUpstreamLogins, type UpstreamLogins } from '../../../src/identity/links/upstream-logins.ts';
import { upstreamSessionId } from '../../../src/identity/links/upstream-session-id.ts';
import type { Caller } from '../../../src/identity/sessions/caller.ts';
import { decodeClaims, encodeClaims } from '../../../src/identity/sessions/session-claims.ts';
import type { SessionIdentity } from '../../../src/identity/sessions/session-identity.ts';
import { announceChanges } from '../../../src/identity/store/announce-changes.ts';
import { IdentityCache } from '../../../src/identity/store/identity-cache.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

const ACCOUNT = '123456789012';
const CONNECTOR = 'c0ffee';
let open: OpenIdentities;
let upstream: UpstreamLogins;
let now = 1000;
const clock = { now: () => now };
beforeAll(async () => {
  open = await openIdentities();
  await open.addAccount(ACCOUNT, {});
  const store = announceChanges(open.identities, open.ephemeral);
  upstream = openUpstreamLogins({ store, ephemeral: open.ephemeral, clock });
});
afterAll(() => open.close());

let made = 0;
async function addLinked(subject: string): Promise<User> {
  const userName = `user${++made}`;
  const link = { id: linkId(CONNECTOR, subject), connector: 'google', subject, groupIds: [], createdAt: 0 };
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
    links: [link],
  };
  await open.identities.users.insert(user);
  return user;
}

/** A login that arrives now. */
async function arrive(subject: string, sessionId?: string, logoutSubject?: string): Promise<LoginOrigin> {
  now += 1;
  const link = linkId(CONNECTOR, subject);
  await upstream.remember({ connectorId: CONNECTOR, link, sessionId, logoutSubject });
  const session = sessionId && upstreamSessionId(CONNECTOR, sessionId);
  return { link, generation: 0, at: now, ...(session && { session }) };
}

async function end(subject: string | undefined, ...sessionIds: readonly string[]): Promise<readonly string[]> {
  now += 1;
  return (await upstream.end({ connectorId: CONNECTOR, subject, sessionIds })).map(({ userId }) => userId);
}

async function areOver(user: User, ...origins: readonly LoginOrigin[]): Promise<readonly boolean[]> {
  const links = (await open.identities.users.get([ACCOUNT, user.userId]))?.links ?? [];
  return origins.map((origin) => isOriginOver(links, origin, now));
}

describe('[Back-Channel Logout 1.0 §2.4] a sign-out at the provider', () => {
  test('by session ends the logins of this session alone, and names whose they were', async () => {
    const user = await addLinked('a');
    const [first, second] = [await arrive('a', 's1'), await arrive('a', 's2')];
    expect(await end(undefined, 's1')).toEqual([user.userId]);
    expect(await areOver(user, first, second)).toEqual([true, false]);
  });

  test('by subject ends all', async () => {
    const user = await addLinked('b');
    const [first, second] = [await arrive('b', 's3'), await arrive('b')];
    expect(await end('b')).toEqual([user.userId]);
    expect(await areOver(user, first, second)).toEqual([true, true]);
  });

  test('by both ends the session, and only that of the subject', async () => {
    const user = await addLinked('c');
    const [first, second] = [await arrive('c', 's4'), await arrive('c', 's5')];
    expect(await end('somebody else', 's4')).toEqual([]);
    expect(await areOver(user, first)).toEqual([false]);
    expect(await end('c', 's4')).toEqual([user.userId]);
    expect(await areOver(user, first, second)).toEqual([true, false]);
  });

  test('that names a session which no sign-in named ends the logins without one, and no others', async () => {
    const user = await addLinked('d');
    const [first, second] = [await arrive('d'), await arrive('d', 's6')];
    await end('d', 'unheard of');
    expect(await areOver(user, first, second)).toEqual([true, false]);
  });

  test('finds a person whom it calls by another name than the link', async () => {
    const user = await addLinked('e');
    const origin = await arrive('e', undefined, 'pairwise-e');
    expect(await end('pairwise-e')).toEqual([user.userId]);
    expect(await areOver(user, origin)).toEqual([true]);
  });

  test('of a session or person unknown here ends nothing', async () => {
    const user = await addLinked('f');
    const origin = await arrive('f', 's7');
    expect([await end(undefined, 'other'), await end('other')]).toEqual([[], []]);
    expect(await areOver(user, origin)).toEqual([false]);
  });

  test('does not end a later login in a session of the same id', async () => {
    const user = await addLinked('g');
    const before = await arrive('g', 's8');
    await end(undefined, 's8');
    expect(await areOver(user, before, await arrive('g', 's8'))).toEqual([true, false]);
  });

  test('of very many sessions of one person ends all logins of the link, rather than grow the user without bound', async () => {
    const user = await addLinked('h');
    const kept = await arrive('h', 'kept');
    for (let session = 0; session <= 50; session++) {
      await arrive('h', `many${session}`);
      await end(undefined, `many${session}`);
    }
    expect(await areOver(user, kept)).toEqual([true]);
    expect((await open.identities.users.get([ACCOUNT, user.userId]))?.links?.[0]?.endedSessions ?? []).toEqual([]);
  });
});

test('[SAML V2.0 Core §2.7.2] a login ends at the very moment that the provider named', async () => {
  const user = await addLinked('k');
  const origin = await arrive('k');
  const ends = [now - 1, now, Number.NaN, now + 1].map((endsAt) => ({ ...origin, endsAt }));
  expect(await areOver(user, ...ends, origin)).toEqual([true, true, true, false, false]);
});

test('a removed link ends its logins; those of another link go on', async () => {
  const user = await addLinked('i');
  const [own, other] = [await arrive('i', 's9'), { ...(await arrive('i')), link: 'another' }];
  const links = [{ id: 'another', connector: 'x', subject: 'x', groupIds: [], createdAt: 0 }];
  await open.identities.users.update([ACCOUNT, user.userId], (old) => ({ ...old, links }));
  expect(await areOver(user, own, other)).toEqual([true, false]);
});

test('[S36] a role session from an outside login ends with it, and only with it', async () => {
  const user = await addLinked('j');
  const [ended, kept] = [await arrive('j', 's10'), await arrive('j', 's11')];
  const limited: LoginOrigin = { ...kept, endsAt: now + 1000 };
  const standings = new IdentityCache<Standing>({ feed: open.ephemeral, clock: systemClock, limit: 10 });
  const isOpen = async (origin: LoginOrigin): Promise<boolean> => {
    const session = { tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] };
    const login = { subject: user.userId, generation: 0, origin };
    const role = { type: 'AssumedRole', roleName: 'r', path: '/', uniqueId: 'AROA', sessionName: 's' } as const;
    const accessKeyId = 'ASIA';
    const facts = { ...session, issuedAt: 0, expiresAt: 1000, login };
    const identity: SessionIdentity = { accessKeyId, accountId: ACCOUNT, session: facts, ...role };
    // As the session token carries it.
    const decoded = decodeClaims({ ...encodeClaims(identity, 'https://id.example.com') });
    expect(decoded?.session.login).toEqual(login);
    return await isSessionOpen({ store: open.identities, standings, clock }, decoded as unknown as Caller);
  };
  expect([await isOpen(ended), await isOpen(kept)]).toEqual([true, true]);
  await end(undefined, 's10');
  expect([await isOpen(ended), await isOpen(kept), await isOpen(limited)]).toEqual([false, true, true]);
  now = limited.endsAt ?? 0;
  expect([await isOpen(kept), await isOpen(limited)]).toEqual([true, false]);
  standings.close();
});

test('the mark in ID tokens returns the origin of the login, and shows apps nothing of it', () => {
  const marks = loginMarks(Buffer.alloc(32, 1), systemRandom());
  const login = { subject: 'AIDA', generation: 2 };
  const origin: LoginOrigin = { link: 'the-link', generation: 1, session: 'the-session', at: 5, endsAt: 7 };
  const mark = marks.make({ ...login, origin });
  expect(marks.read(mark, login)).toEqual({ ...login, origin });
  expect(Buffer.from(mark.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('the-');
  expect(marks.read(mark, { ...login, generation: 3 })).toBeUndefined();
  expect(marks.read(mark, { ...login, subject: 'AIDB' })).toBeUndefined();
  const [mac, sealed = ''] = mark.split('.');
  // Without its origin, an ended login would pass for one by password.
  expect(marks.read(`${mac}.${sealed.slice(0, -4)}`, login)).toBeUndefined();
});

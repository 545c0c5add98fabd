import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type Person } from '../../harness/person.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, typeIn } from '../oidc/app.ts';
import { type Installation, install } from '../oidc/installation.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let redis: RedisServer;
let proxy: TcpProxy;
let ephemeral: Ephemeral;
let installation: Installation;
beforeAll(async () => {
  redis = await startRedis(DURABLE);
  proxy = await startTcpProxy(redis.port);
  ephemeral = await openRedisStore({ url: `redis://127.0.0.1:${proxy.port}`, clock: systemClock });
  installation = await install({ clients: APPS, ephemeral });
  await installation.addUser('alice');
});
afterAll(async () => {
  await installation?.close();
  await ephemeral?.close();
  await proxy?.close();
  await redis?.stop();
});

/** How often something went out to Redis but for the feed, which is read whether anything happens or not. */
async function tripsOf<Result>(act: () => Promise<Result>): Promise<{ trips: number; result: Result }> {
  const from = proxy.sent.length;
  const result = await act();
  return { result, trips: proxy.sent.slice(from).filter((text) => /rolecall:(?!feed)/.test(text)).length };
}

/** Signs in through the pages and consents where that is asked, and exchanges the code. */
async function logIn(app: oidc.Configuration, person: Person, more: Record<string, string> = {}) {
  const { url, checks } = await beginLogin(app, more);
  let seen = await person.open(url.href);
  if (seen.kind === 'page' && seen.heading === 'Sign in') seen = await typeIn(seen, { user: 'alice' });
  if (seen.kind === 'page') seen = await seen.submit('allow');
  return await oidc.authorizationCodeGrant(app, expectLeft(seen), checks);
}

const signOut = async (person: Person) => expectPage(await person.open(`${installation.issuer.href}/session/end`));

// A whole login is eight requests: each reads what its cookies or its code name in one trip, and stores what it stores in one. The rest are the
// counters of attempts, and the code, which is used up before tokens are stored.
test.each([
  ['with a refresh token', 'openid profile offline_access', 14],
  ['that ends with the session', 'openid profile', 14],
])('a code-flow login %s: %s: %i round trips to Redis', async (_what, scope, most) => {
  const app = await discover(installation);
  expect((await tripsOf(() => logIn(app, newPerson(installation.url), { scope }))).trips).toBeLessThanOrEqual(most);
});

test('a login with password and consent, on a known device: at most 14', async () => {
  const app = await discover(installation);
  const person = newPerson(installation.url);
  await logIn(app, person);
  expect(expectPage(await (await signOut(person)).submit('sign out')).heading).toBe('You are signed out');
  const again = await tripsOf(() => logIn(app, person, { scope: 'openid profile' }));
  expect(again.trips).toBeLessThanOrEqual(14);
});

test('another login of a person who has signed in and consented: 6; a token refresh: 3', async () => {
  const app = await discover(installation);
  const person = newPerson(installation.url);
  const { refresh_token: token = '' } = await logIn(app, person);
  const again = await tripsOf(() => logIn(app, person, { scope: 'openid', prompt: 'none' }));
  const refresh = await tripsOf(() => oidc.refreshTokenGrant(app, token));
  expect(again.trips).toBeLessThanOrEqual(6);
  expect(refresh.trips).toBeLessThanOrEqual(3);
});

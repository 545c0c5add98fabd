import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { APPS, beginLogin, discover, expectLeft, typeIn } from '../oidc/app.ts';
import { type Installation, install } from '../oidc/installation.ts';
import { newPerson, type Person } from '../support/person.ts';
import { DURABLE, type RedisServer, startRedis } from '../support/redis-server.ts';
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
async function logIn(app: oidc.Configuration, person: Person, prompt: string) {
  const { url, checks } = await beginLogin(app, { prompt });
  let seen = await person.open(url.href);
  if (seen.kind === 'page') seen = await typeIn(seen, { user: 'alice' });
  if (seen.kind === 'page') seen = await seen.submit('allow');
  return await oidc.authorizationCodeGrant(app, expectLeft(seen), checks);
}

// A whole login is six requests: each reads what its cookies name in one trip, and stores what it stores in one; the rest are the counters of
// attempts (two) and the use of the code.
test('a code-flow login on Redis: 12 round trips with password and consent, 8 where one is signed in; a token refresh: 3', async () => {
  const app = await discover(installation);
  const person = await newPerson(installation.url);
  const first = await tripsOf(() => logIn(app, person, 'consent'));
  const again = await tripsOf(() => logIn(app, person, 'none'));
  const refresh = await tripsOf(() => oidc.refreshTokenGrant(app, first.result.refresh_token ?? ''));
  expect(first.trips).toBeLessThanOrEqual(12);
  expect(again.trips).toBeLessThanOrEqual(8);
  expect(refresh.trips).toBeLessThanOrEqual(3);
});

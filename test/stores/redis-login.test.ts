import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { APPS, beginLogin, discover, expectLeft, typeIn } from '../oidc/app.ts';
import { type Installation, install } from '../oidc/installation.ts';
import { newPerson } from '../support/person.ts';
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

// Ceilings, not aims: what it costs now. Lower them with what is saved.
test('a code-flow login and a token refresh on Redis cost no more round trips than they do', async () => {
  const app = await discover(installation);
  const login = await tripsOf(async () => {
    const { url, checks } = await beginLogin(app);
    const consent = await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' });
    if (consent.kind !== 'page') throw new Error('no consent was asked');
    return await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), checks);
  });
  const refresh = await tripsOf(() => oidc.refreshTokenGrant(app, login.result.refresh_token ?? ''));
  expect(login.trips).toBeLessThanOrEqual(54);
  expect(refresh.trips).toBeLessThanOrEqual(8);
});

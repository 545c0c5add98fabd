import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type InProcessServer, startInProcess } from '../../support/in-process-server.ts';

const PAGES = 150;

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

/** Opens many pages at once. */
function open() {
  let answered = 0;
  const all = Array.from({ length: PAGES }, async () => {
    const { status } = await fetch(`${server.url}/sign-in`, { redirect: 'manual' });
    answered += 1;
    return status;
  });
  return { all: Promise.all(all), answered: () => answered };
}

test.each<readonly [string, () => Promise<unknown>]>([
  ['the wire API', () => server.sts().send(new GetCallerIdentityCommand({}))],
  ['the token endpoint', () => fetch(`${server.url}/oidc/token`, { method: 'POST' })],
  ['userinfo', () => fetch(`${server.url}/oidc/me`)],
  ['the key set', () => fetch(`${server.url}/oidc/jwks`)],
  ['discovery', () => fetch(`${server.url}/oidc/.well-known/openid-configuration`)],
  ['health', () => fetch(`${server.url}/healthz`)],
])('pages wait, and %s answers meanwhile', async (_, call) => {
  const pages = open();
  await call();
  const before = pages.answered();
  expect([before < PAGES, new Set(await pages.all)]).toEqual([true, new Set([303])]);
});

test('the metrics say how many pages wait, and how long others have', async () => {
  const pages = open();
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
  await pages.all;
  expect(value('rolecall_pages_waiting')).toBeGreaterThan(0);
  expect(value('rolecall_page_wait_seconds_count')).toBeGreaterThan(0);
  expect(value('rolecall_pages_refused_total')).toBe(0);
});

test('a client that goes away while it waits leaves no page behind', async () => {
  const leaving = new AbortController();
  const left = Array.from({ length: PAGES }, () =>
    fetch(`${server.url}/sign-in`, { redirect: 'manual', signal: leaving.signal }).catch(() => 'left'),
  );
  await fetch(`${server.url}/healthz`);
  leaving.abort();
  expect(await Promise.all(left)).toContain('left');
  expect((await fetch(`${server.url}/sign-in`, { redirect: 'manual' })).status).toBe(303);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^rolecall_pages_waiting 0$/m);
});

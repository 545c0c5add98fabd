import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InProcessServer, startInProcess } from '../../support/in-process-server.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

test.each([
  '/',
  '/healthz',
  '/readyz',
  '/readyz/calls',
  '/metrics',
  '/?Action=GetCallerIdentity',
  '/sign-in',
  '/oidc/nothing',
  '/nothing',
])('[S16] [ASVS 3.4] %s: not cached, sniffed or framed', async (path) => {
  const { headers } = await fetch(server.url + path, { redirect: 'manual' });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  if (!path.includes('Action')) expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

describe('the model of our own API', () => {
  const PATH = '/models/rolecall/2026-11-28/service-2.json';

  test('anyone may read and cache it', async () => {
    const answer = await fetch(server.url + PATH);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(await answer.json()).toMatchObject({ metadata: { targetPrefix: 'Rolecall_20261128', protocol: 'json' } });
    const known = { 'If-None-Match': answer.headers.get('etag') ?? '' };
    const again = await fetch(server.url + PATH, { headers: known });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('and the paginators beside it', async () => {
    const answer = await fetch(`${server.url}/models/rolecall/2026-11-28/paginators-1.json`);
    const tokens = { input_token: 'NextToken', output_token: 'NextToken', limit_key: 'MaxResults' };
    expect(await answer.json()).toMatchObject({
      pagination: { ListConnectors: { ...tokens, result_key: 'Connectors' } },
    });
  });

  test.each([
    ['HEAD', 200],
    ['OPTIONS', 204],
    ['POST', 405],
    ['DELETE', 405],
  ])('%s: %d', async (method, status) => {
    expect((await fetch(server.url + PATH, { method })).status).toBe(status);
  });

  test('nothing else is there', async () => {
    for (const path of ['/models', '/models/rolecall/2026-11-28/', `${PATH}/`, '/models/iam/2010-05-08/service-2.json'])
      expect((await fetch(server.url + path)).status).toBe(404);
  });
});

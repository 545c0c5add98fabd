import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

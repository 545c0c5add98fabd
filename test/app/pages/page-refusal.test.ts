import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pageRefusal } from '../../../src/app/pages/refuse-page.ts';
import { systemRandom } from '../../../src/kernel/random.ts';

const server = createServer(pageRefusal({ random: systemRandom(), secure: true }));
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ['en', 'Very busy right now'],
  ['de', 'Im Moment sehr ausgelastet'],
  ['fr', 'Serveur très sollicité'],
  ['es', 'Mucha actividad en este momento'],
  ['ja', 'ただいま混み合っています'],
])('a page that there is no room for: 503, when to try again, and why (%s)', async (language, title) => {
  const answer = await fetch(`${url}/sign-in`, { headers: { 'accept-language': language } });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  const html = await answer.text();
  expect([html.includes(`<h1>${title}</h1>`), html.includes(`<html lang="${language}">`)]).toEqual([true, true]);
});

test('[S16] it has the headers of every page, and can be found in the log of a proxy', async () => {
  const { headers } = await fetch(url);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('strict-transport-security')).toContain('max-age');
  expect(headers.get('x-amzn-requestid') ?? headers.get('x-request-id')).toBeTruthy();
});

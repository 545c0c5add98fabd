import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InProcessServer, startInProcess } from '../../support/in-process-server.ts';
import { send, signedForm } from '../../support/wire.ts';

let open: InProcessServer;
let listed: InProcessServer;
beforeAll(async () => {
  open = await startInProcess();
  listed = await startInProcess({ ROLECALL_CORS_ORIGINS: 'https://app.example.org,http://localhost:3000' });
});
afterAll(async () => {
  await open.close();
  await listed.close();
});

const APP = 'https://app.example.org';
const LIST_USERS = { Action: 'ListUsers', Version: '2010-05-08' };
const SIGNING_HEADERS = 'authorization,content-type,x-amz-date,x-amz-security-token,x-amz-target,x-amz-user-agent';

const preflight = (server: InProcessServer, origin: string, names = SIGNING_HEADERS) =>
  send(server.url, {
    method: 'OPTIONS',
    headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': names },
  });
const call = (server: InProcessServer, origin: string) =>
  send(server.url, signedForm(server.url, LIST_USERS, server.admin, { headers: { Origin: origin } }));

describe('[S14] pages of other origins may call the wire API', () => {
  test('any origin, by default: cookies are ignored and may not be sent', async () => {
    const { status, headers } = await preflight(open, 'https://anywhere.example');
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': SIGNING_HEADERS,
      'access-control-max-age': '86400',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    const answer = await call(open, 'https://anywhere.example');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
    expect(answer.headers['access-control-expose-headers']).toMatch(/x-amzn-RequestId, x-amzn-ErrorType, .*Date$/);
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test('errors can be read as well', async () => {
    const answer = await send(open.url, { headers: { Origin: APP }, body: 'Action=ListUsers&Version=2010-05-08' });
    expect(answer.status).toBe(403);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
  });

  test('only the listed origins, if there are any', async () => {
    for (const origin of [APP, 'http://localhost:3000']) {
      expect((await preflight(listed, origin)).headers).toMatchObject({
        'access-control-allow-origin': origin,
        vary: 'Origin',
      });
      expect((await call(listed, origin)).headers).toMatchObject({ 'access-control-allow-origin': origin });
    }
    for (const origin of ['https://app.example.org.evil.example', 'http://app.example.org', 'null']) {
      const { headers } = await preflight(listed, origin);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('access-control-allow-headers');
      expect((await call(listed, origin)).headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test('requested header names are echoed only if they are valid', async () => {
    const { headers } = await preflight(open, APP, 'x-a;<script>');
    expect(headers).not.toHaveProperty('access-control-allow-headers');
  });

  test('pages for people are not readable by other origins', async () => {
    const { headers } = await send(open.url, { method: 'GET', path: '/sign-in', headers: { Origin: APP } });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { freePort } from '../../harness/free-port.ts';
import { allow, openScene, type Scene, signIn } from './openid-scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene?.close());

describe('attacks', () => {
  const near = [
    'http://127.0.0.1:9000/callback/',
    'http://127.0.0.1:9000/Callback',
    'http://127.0.0.1:9000/callback?x=1',
    'http://127.0.0.1:9000/callback#x',
    'http://127.0.0.1.evil.example/callback',
    'https://evil.example/',
    'javascript:alert(1)',
  ];

  test.each(near)('[S01] redirect_uri %s gives an error page and no redirect', async (wrong) => {
    const { url } = await scene.attempt({ redirect_uri: wrong });
    const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).not.toContain('<script>');
  });

  test('[S03] a code that is used twice is refused, and what was issued for it is revoked', async () => {
    const { app, person, server } = scene;
    const login = await scene.attempt();
    const context = await scene.newContext();
    const page = await context.newPage();
    await page.goto(login.url.href);
    await signIn(page, { account: server.accountId, ...person });
    await allow(page);
    const callback = new URL(page.url());
    const tokens = await oidc.authorizationCodeGrant(app, callback, login);
    const subject = tokens.claims()?.sub ?? '';
    await oidc.fetchUserInfo(app, tokens.access_token, subject);
    await expect(oidc.authorizationCodeGrant(app, callback, login)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(oidc.fetchUserInfo(app, tokens.access_token, subject)).rejects.toMatchObject({ status: 401 });
    const refresh = oidc.refreshTokenGrant(app, tokens.refresh_token ?? '');
    await expect(refresh).rejects.toMatchObject({ error: 'invalid_grant' });
    await context.close();
  });

  test('[S02] a verifier that does not match the challenge is refused', async () => {
    const { app, person, server } = scene;
    const login = await scene.attempt();
    const context = await scene.newContext();
    const page = await context.newPage();
    await page.goto(login.url.href);
    await signIn(page, { account: server.accountId, ...person });
    await allow(page);
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const grant = oidc.authorizationCodeGrant(app, new URL(page.url()), { ...login, pkceCodeVerifier });
    await expect(grant).rejects.toMatchObject({ error: 'invalid_grant' });
    await context.close();
  });

  test('[S02] no code challenge, or a plain one, is refused', async () => {
    for (const change of [
      ['code_challenge', ''],
      ['code_challenge_method', 'plain'],
    ] as const) {
      const { url } = await scene.attempt();
      if (change[1] === '') url.searchParams.delete(change[0]);
      else url.searchParams.set(...change);
      const answer = await fetch(url, { redirect: 'manual' });
      const location = new URL(answer.headers.get('location') ?? 'about:blank');
      expect(location.searchParams.get('error')).toBe('invalid_request');
      expect(location.searchParams.get('iss')).toBe(`${scene.server.url}/oidc`);
    }
  });

  test('[S16] the pages have strict headers', async () => {
    const context = await scene.newContext();
    const page = await context.newPage();
    const answer = await page.goto((await scene.attempt()).url.href);
    const headers = answer?.headers() ?? {};
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|unsafe-eval/);
    expect(headers['cache-control']).toContain('no-store');
    expect(headers['referrer-policy']).toMatch(/no-referrer|same-origin/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    await context.close();
  });

  test('a form without its CSRF token, or from another site, is refused', async () => {
    const context = await scene.newContext();
    const page = await context.newPage();
    await page.goto((await scene.attempt()).url.href);
    const port = await freePort();
    const form = {
      account: scene.server.accountAlias,
      userName: scene.person.userName,
      password: scene.person.password,
    };
    const answer = await context.request.post(page.url(), {
      form,
      headers: { origin: `http://127.0.0.1:${port}` },
      maxRedirects: 0,
    });
    expect(answer.status()).toBeGreaterThanOrEqual(400);
    await context.close();
  });
});

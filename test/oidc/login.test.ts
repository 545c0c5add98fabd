import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import type { User } from '../../src/identity/users/user.ts';
import { newPerson } from '../support/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
let alice: User;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  alice = await installation.addUser('Alice', { email: 'alice@example.com', path: '/team/' });
  app = await discover(installation);
});
afterAll(() => installation.close());

describe('an app logs a person in, by discovery alone', () => {
  test('sign-in, consent, code, ID token, user info, refresh, logout', async () => {
    const person = newPerson(installation.url);
    const login = await beginLogin(app);
    const signIn = expectPage(await person.open(login.url.href));
    expect(signIn.status).toBe(200);
    expect(signIn.heading).toBe('Sign in');
    expect(signIn.text).toContain('to go on to The App');
    const consent = expectPage(await typeIn(signIn, { account: 'example', user: 'alice' }));
    expect(consent.heading).toBe('Allow The App?');
    const callback = expectLeft(await consent.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(app, callback, login.checks);
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      iss: installation.issuer.href,
      aud: 'app',
      sub: alice.userId,
      account_id: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:user/team/Alice`,
      preferred_username: 'Alice',
      email: 'alice@example.com',
      groups: [],
      amr: ['pwd'],
      auth_time: expect.any(Number),
    });

    const info = await oidc.fetchUserInfo(app, tokens.access_token, alice.userId);
    expect(info).toMatchObject({ sub: alice.userId, email: 'alice@example.com' });

    const renewed = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '');
    expect(renewed.claims()?.sub).toBe(alice.userId);
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);

    const out = oidc.buildEndSessionUrl(app, {
      id_token_hint: renewed.id_token ?? '',
      post_logout_redirect_uri: 'https://app.example/bye',
      state: 'bye-bye',
    });
    const confirm = expectPage(await person.open(out.href));
    expect(confirm.heading).toBe('Do you want to sign out?');
    const bye = expectLeft(await confirm.submit('sign out'));
    expect(bye.href).toBe('https://app.example/bye?state=bye-bye');
    expect(expectPage(await person.open((await beginLogin(app)).url.href)).heading).toBe('Sign in');
    expect(installation.errors).toEqual([]);
  });

  test('a person who is signed in and consented is sent back at once', async () => {
    const person = newPerson(installation.url);
    await logIn(installation, app, { user: 'alice', person });
    const again = await beginLogin(app, { scope: 'openid profile', prompt: '' });
    again.url.searchParams.delete('prompt');
    const callback = expectLeft(await person.open(again.url.href));
    const tokens = await oidc.authorizationCodeGrant(app, callback, again.checks);
    expect(tokens.claims()?.sub).toBe(alice.userId);
    expect(tokens.refresh_token).toBeUndefined();
  });
});

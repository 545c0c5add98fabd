import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, SECRET, typeIn } from './app.ts';
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

describe('an app signs a person in, using only discovery', () => {
  test('sign-in, consent, code, ID token, user info, refresh, logout', async () => {
    const person = newPerson(installation.url);
    const login = await beginLogin(app);
    const signIn = expectPage(await person.open(login.url.href));
    expect(signIn.status).toBe(200);
    expect(signIn.heading).toBe('Sign in');
    expect(signIn.text).toContain('to continue to The App');
    const consent = expectPage(await typeIn(signIn, { account: 'example', user: 'alice' }));
    expect(consent.heading).toBe('Allow The App?');
    const callback = expectLeft(await consent.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(app, callback, login.checks);
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      iss: installation.issuer.href,
      aud: 'app',
      sub: alice.userId,
      preferred_username: 'Alice',
      email: 'alice@example.com',
      groups: [],
      amr: ['pwd'],
      auth_time: expect.any(Number),
    });

    for (const claim of ['account_id', 'arn']) expect(claims).not.toHaveProperty(claim);

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

  test('a person who has signed in and consented is sent back at once', async () => {
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

test('a changed app takes effect at once, and its old secret is refused', async () => {
  const changed = { accountId: ACCOUNT, clientId: 'changed', clientSecret: 'a first secret of the app, well over 16' };
  const machine = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
  const ask = async (secret: string) => {
    const config = await discover(installation, 'changed', secret);
    return await oidc.clientCredentialsGrant(config).then(
      () => 'granted',
      ({ status }: { status: number }) => status,
    );
  };
  await installation.seedClients([{ ...changed, metadata: machine }]);
  expect([await ask(changed.clientSecret), await ask(changed.clientSecret)]).toEqual(['granted', 'granted']);
  await installation.seedClients([{ ...changed, clientSecret: 'another secret of it', metadata: machine }]);
  expect([await ask(changed.clientSecret), await ask('another secret of it')]).toEqual([401, 'granted']);
});

test('signing in while someone else is signed in first ends that session, and then continues', async () => {
  const bob = await installation.addUser('bob');
  const person = newPerson(installation.url);
  await logIn(installation, app, { user: 'alice', person });
  const login = await beginLogin(app, { prompt: 'login consent' });
  const ended = expectPage(await typeIn(await person.open(login.url.href), { user: 'bob' }));
  const consent = expectPage(await ended.submit('continue'));
  expect(consent.text).toContain('You are signed in as bob');
  const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), login.checks);
  expect(tokens.claims()?.sub).toBe(bob.userId);
  expect(installation.errors).toEqual([]);
});

describe('behind a proxy that ends TLS', () => {
  const direct = globalThis.fetch;
  let proxied: Installation;
  beforeAll(async () => {
    proxied = await install({ clients: APPS, publicUrl: 'https://id.example' });
    await proxied.addUser('alice');
    // The proxy: what goes to the public address reaches the server as plain HTTP, under another name.
    globalThis.fetch = (input, init) => direct(String(input).replace('https://id.example', proxied.url), init);
  });
  afterAll(async () => {
    globalThis.fetch = direct;
    await proxied.close();
  });

  test('the whole sign-in works with Secure cookies, and every URL is public', async () => {
    const config = await oidc.discovery(
      new URL('https://id.example/oidc'),
      'app',
      undefined,
      oidc.ClientSecretBasic(SECRET),
    );
    const person = newPerson('https://id.example');
    const login = await beginLogin(config);
    const consent = expectPage(await typeIn(await person.open(login.url.href), { user: 'alice' }));
    expect(consent.url.origin).toBe('https://id.example');
    const callback = expectLeft(await consent.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(config, callback, login.checks);
    expect(tokens.claims()?.iss).toBe('https://id.example/oidc');
    const page = expectPage(await person.open('https://id.example/sign-in'));
    expect(page.heading).toBe('Your account');
    const out = expectPage(
      await person.open(oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? '' }).href),
    );
    expect(expectPage(await out.submit('sign out')).heading).toBe('You are signed out');
  });
});

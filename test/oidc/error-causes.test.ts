import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { addressDifference } from '../../src/oidc/features/return-address.ts';
import { until } from '../support/until.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, REDIRECT_URI, SECRET, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

const open = async (url: string) => expectPage(await newPerson(installation.url).open(url));

describe('error pages name one cause, with what was sent and what is registered', () => {
  test('a redirect URI', async () => {
    const { url } = await beginLogin(app, { redirect_uri: `${REDIRECT_URI}/` });
    const page = await open(url.href);
    expect(page.heading).toBe('This request failed');
    expect(page.text).toContain('(redirect_uri) that is not registered for it');
    expect(page.text).toContain(`Sent ${REDIRECT_URI}/ Registered ${REDIRECT_URI} The difference a slash at its end`);
    expect(page.text).toContain(`Request: ${page.headers.get('x-request-id')}`);
    expect(page.html).not.toContain(`href="${REDIRECT_URI}`);
  });

  test('a redirect target of a sign-out', async () => {
    const query = { client_id: 'app', post_logout_redirect_uri: 'http://app.example/bye' };
    const page = await open(`${installation.issuer.href}/session/end?${new URLSearchParams(query)}`);
    expect(page.text).toContain('Sent http://app.example/bye Registered https://app.example/bye');
    expect(page.text).toContain('http:// in place of https://');
  });

  test('an unknown client', async () => {
    const { url } = await beginLogin(app, { client_id: 'apq' });
    const page = await open(url.href);
    expect([page.heading, page.status]).toEqual(['This request failed', 400]);
    expect(page.text).toContain('Sent apq');
  });

  test('a missing parameter', async () => {
    const { url } = await beginLogin(app);
    url.searchParams.delete('redirect_uri');
    expect((await open(url.href)).text).toContain('made a mistake: missing required parameter');
  });

  test('a sign-in that has ended', async () => {
    for (const path of ['interaction', 'auth']) {
      const page = await open(`${installation.issuer.href}/${path}/${'x'.repeat(43)}`);
      expect(page.text).toContain('was begun in another browser');
      expect(page.status).toBe(400);
    }
  });

  test.each([
    ['https://a.example/x/', 'https://a.example/x', 'a slash at its end'],
    ['https://a.example/x', 'https://a.example/x/', 'no slash at its end'],
    ['http://localhost:3000/x', 'http://127.0.0.1:3000/x', 'localhost in place of 127.0.0.1'],
    ['http://localhost:3001/x', 'http://localhost:3000/x', 'port 3001 in place of port 3000'],
    ['http://localhost/x', 'http://localhost:3000/x', 'no port in place of port 3000'],
    ['http://a.example/x', 'https://a.example/x', 'http:// in place of https://'],
    ['https://a.example/X', 'https://a.example/x', 'capital and small letters in its path'],
    ['https://a.example/x?y', 'https://a.example/x', 'another query'],
    ['https://A.example/x', 'https://a.example/x', 'another spelling of the same address'],
    ['https://b.example/x', 'https://a.example/x', undefined],
    ['nonsense', 'https://a.example/x', undefined],
  ])('%s against %s: %s', (sent, registered, difference) => {
    expect(addressDifference(sent, registered)).toBe(difference);
  });
});

describe('[RFC 6749 §5.2] the token endpoint gives the reason, to the client and in the audit log', () => {
  const codeFor = async (): Promise<Record<string, string>> => {
    const { url, checks } = await beginLogin(app);
    const consent = await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' });
    const left = expectLeft(await expectPage(consent).submit('allow'));
    const code = left.searchParams.get('code') ?? '';
    const { pkceCodeVerifier: code_verifier } = checks;
    return { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier };
  };
  const ask = async (form: Record<string, string>) => {
    const headers = { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` };
    const answer = await fetch(`${installation.issuer.href}/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    });
    return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
  };
  const expectRefused = async (form: Record<string, string>, why: RegExp): Promise<void> => {
    const error_description = expect.stringMatching(why);
    expect(await ask(form)).toEqual({ status: 400, error: 'invalid_grant', error_description });
    // It is put on record without being waited for.
    const isOnRecord = (): boolean => installation.events.some(({ errorMessage = '' }) => why.test(errorMessage));
    await until(isOnRecord);
  };

  test('the verifier', async () => {
    const form = await codeFor();
    await expectRefused({ ...form, code_verifier: 'x'.repeat(43) }, /^code_verifier does not match/);
    const { code_verifier: _, ...without } = await codeFor();
    await expectRefused(without, /^code_verifier is missing/);
  });

  test('the redirect URI', async () => {
    await expectRefused({ ...(await codeFor()), redirect_uri: `${REDIRECT_URI}/` }, /^redirect_uri is not the one/);
  });

  test('the code', async () => {
    const form = await codeFor();
    await expectRefused({ ...form, code: 'nothing' }, /^the authorization code is unknown/);
    expect((await ask(form)).status).toBe(200);
    await expectRefused(form, /^the authorization code was used already/);
  });

  test('the refresh token', async () => {
    const { refresh_token = '' } = await logIn(installation, app, { user: 'alice' });
    const form = { grant_type: 'refresh_token', refresh_token };
    expect((await ask(form)).status).toBe(200);
    await expectRefused(form, /^the refresh token was used already/);
    await expectRefused({ ...form, refresh_token: 'nothing' }, /^the refresh token is unknown/);
  });
});

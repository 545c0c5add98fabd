import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { MAX_STARTS } from '../../src/sign-in/start-limit.ts';
import { stopTimeouts } from '../support/stop-timeouts.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT, PASSWORD } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
const look = (url: string | URL, cookie = '', init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, redirect: 'manual', headers: { accept: 'text/html', cookie, ...init.headers } });

/** An interaction as one browser has it. */
async function beginInteraction(cookie = ''): Promise<{ url: string; cookies: string }> {
  const answer = await look((await beginLogin(app)).url, cookie);
  return {
    url: `${installation.url}${answer.headers.get('location')}`,
    cookies: `${cookie}; ${cookiesOf(answer)}`,
  };
}

describe('interactions', () => {
  test('belong to the browser that began them: their URL or another browser’s cookies do not help', async () => {
    const [mine, theirs] = [await beginInteraction(), await beginInteraction()];
    expect((await look(mine.url, mine.cookies)).status).toBe(200);
    for (const cookies of ['', theirs.cookies]) {
      expect((await look(mine.url, cookies)).status).toBe(400);
      const resume = await look(mine.url.replace('/interaction/', '/auth/'), cookies);
      // With their cookies it is their own interaction that goes on.
      if (cookies === '') expect(resume.status).toBe(400);
      expect(resume.headers.get('location') ?? '').not.toContain(mine.url.split('/').at(-1) ?? '');
    }
  });

  test('are not ended by requesting the URL where they continue', async () => {
    const { url, cookies } = await beginInteraction();
    const resumed = await look(url.replace('/interaction/', '/auth/'), cookies);
    expect(resumed.status).toBe(303);
    expect(resumed.headers.get('location')).toMatch(/^\/oidc\/interaction\//);
  });

  test('[S03] yield one code, however often and however fast the form is sent', async () => {
    const person = newPerson(installation.url);
    const consent = expectPage(await typeIn(await person.open((await beginLogin(app)).url.href), { user: 'alice' }));
    const seen = await Promise.all(Array.from({ length: 12 }, () => consent.submit('allow')));
    seen.push(await consent.submit('allow'));
    const left = seen.filter((each) => each.kind === 'left');
    expect(left.map(({ url }) => url.searchParams.get('code'))).toEqual([expect.any(String)]);
    for (const each of seen.filter((page) => page.kind === 'page')) {
      expect(each.heading).toMatch(/already (answered|finished)/);
      const next = await each.follow('the app');
      const last = next.kind === 'page' ? await next.follow('Open The App') : next;
      expect(expectLeft(last).href).toBe('https://app.example/');
    }
  });

  test('[S03] also accept the password once, and once more after a wrong one', async () => {
    const { url, cookies } = await beginInteraction();
    const csrf = /name="csrf" value="([^"]+)"/.exec(await (await look(url, cookies)).text())?.[1] ?? '';
    const form = { step: 'password', csrf, account: ACCOUNT, name: 'alice' };
    const post = (password: string) =>
      look(url, cookies, { method: 'POST', body: new URLSearchParams({ ...form, password }) });
    expect((await post('wrong')).status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(PASSWORD)));
    const resume = url.replace('/interaction/', '/auth/');
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409, 409, 409]);
    expect(installation.url + answers.find(({ status }) => status === 303)?.headers.get('location')).toBe(resume);
    const resumed = await Promise.all(Array.from({ length: 5 }, () => look(resume, cookies)));
    expect(resumed.filter(({ status }) => status === 303)).toHaveLength(1);
    for (const answer of resumed.filter(({ status }) => status !== 303)) expect(cookiesOf(answer)).toBe('');
    expect((await look(url, cookies)).status).toBe(409);
  });

  test('[S34] a session id from before the sign-in is worthless afterwards', async () => {
    const planted = cookiesOf(await look(`${installation.issuer.href}/session/end`));
    expect(planted).toContain('rolecall-session=');
    const { url, cookies } = await beginInteraction(planted);
    const csrf = /name="csrf" value="([^"]+)"/.exec(await (await look(url, cookies)).text())?.[1] ?? '';
    const body = new URLSearchParams({ step: 'password', csrf, account: ACCOUNT, name: 'alice', password: PASSWORD });
    await look(url, cookies, { method: 'POST', body });
    const done = await look(url.replace('/interaction/', '/auth/'), cookies);
    const signedIn = cookiesOf(done);
    expect(signedIn).toContain('rolecall-session=');
    expect((await look(`${installation.url}/sign-in`, signedIn)).status).toBe(200);
    expect((await look(`${installation.url}/sign-in`, planted)).status).toBe(303);
  });
});

describe('consent', () => {
  test('[S46] cannot be obtained silently for a person of another account, or for more than was granted', async () => {
    await installation.addUser('foreigner', { accountId: OTHER_ACCOUNT });
    const foreigner = newPerson(installation.url);
    await typeIn(await foreigner.open(`${installation.url}/sign-in`), { account: OTHER_ACCOUNT, user: 'foreigner' });
    expect(expectPage(await foreigner.open((await beginLogin(app)).url.href)).heading).toBe('Sign in');
    const alice = newPerson(installation.url);
    await logIn(installation, app, { user: 'alice', person: alice, more: { scope: 'openid' } });
    for (const [person, scope] of [
      [foreigner, 'openid'],
      [alice, 'openid profile'],
    ] as const) {
      const { url } = await beginLogin(app, { prompt: 'none', scope });
      const left = expectLeft(await person.open(url.href));
      expect(left.searchParams.get('error')).toMatch(/_required$/);
      expect(left.searchParams.get('code')).toBeNull();
    }
  });
});

describe('malformed input', () => {
  const LONG = 'x'.repeat(5000);
  test.each([
    ['client id, long', `/oidc/auth?client_id=${LONG}`, 400],
    ['client id, null byte', '/oidc/auth?client_id=a%00b', 400],
    ['client id, not UTF-8', '/oidc/auth?client_id=%ff%fe', 400],
    ['client id, twice', '/oidc/auth?client_id=app&client_id=spa', 400],
    ['interaction, long', `/oidc/interaction/${LONG}`, 400],
    ['interaction, not UTF-8', '/oidc/interaction/%ff', 400],
    ['resume, long', `/oidc/auth/${LONG}`, 400],
    ['log-out hint', `/oidc/session/end?id_token_hint=${LONG}`, 400],
    ['log-out target', '/oidc/session/end?post_logout_redirect_uri=https://evil.example', 200],
    ['a path', '/%ff', 404],
    ['a path below the issuer', '/oidc/nothing', 404],
  ])('%s: an error page with headers and a request id, no redirect', async (_, path, status) => {
    const answer = await look(installation.url + path, `rolecall-session=${LONG}; rolecall-session.sig=x`);
    const page = await answer.text();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(page).toContain('</html>');
    // The chooser of languages leads back to this very address, which it has in a field.
    expect(page).not.toMatch(/(href|action|src)="[^"]*evil\.example|http-equiv="refresh"/);
    if (status >= 400) expect(page).toContain(`Request: ${answer.headers.get('x-request-id')}`);
    expect(installation.errors).toEqual([]);
  });

  test('text that anyone can send is shortened in the audit log', async () => {
    const headers = { 'user-agent': 'y'.repeat(6000) };
    const body = new URLSearchParams({ grant_type: 'z'.repeat(40_000), scope: LONG });
    await look(`${installation.issuer.href}/token`, '', { method: 'POST', headers, body });
    const text = JSON.stringify(installation.events);
    expect(text).toContain('yyyy');
    expect(text).not.toMatch(/(.)\1{600}/);
  });
});

test('signing out with nobody signed in: our own page, which needs no script and leads back to the app', async () => {
  const person = newPerson(installation.url);
  const url = new URL(`${installation.issuer.href}/session/end`);
  url.search = new URLSearchParams({
    client_id: 'app',
    post_logout_redirect_uri: 'https://app.example/bye',
    state: '"><script>',
  }).toString();
  const page = expectPage(await person.open(url.href));
  expect(page.heading).toBe('You are signed out');
  expect(page.html).not.toContain('<script');
  expect(page.headers.get('content-security-policy')).not.toContain('form-action');
  const left = expectLeft(await page.submit('continue'));
  expect(left.href).toMatch(/^https:\/\/app\.example\/bye\?state=/);
  expect(
    expectPage(await expectPage(await person.open(`${url.origin}${url.pathname}`)).submit('continue')).text,
  ).toContain('You can close this page');
});

test('nobody can fill the store: each address may start a limited number of sign-ins per minute', async () => {
  // The minute lasts as long as the test takes, however busy the machine is.
  const startedAt = Date.now();
  const own = await install({ clients: APPS, clock: { now: () => startedAt } });
  try {
    const { url } = await beginLogin(await discover(own));
    const statuses = new Map<number, number>();
    for (let begun = 0; begun < MAX_STARTS + 20; begun += 61) {
      const answers = await Promise.all(Array.from({ length: 61 }, () => look(url)));
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(statuses.get(303)).toBe(MAX_STARTS);
    expect([...statuses.keys()].toSorted()).toEqual([303, 429]);
    const refused = await look(url);
    expect(refused.headers.get('retry-after')).toBe('60');
    for (const path of ['/auth/', '/AUTH', '/request/', '/Session/End/']) {
      expect((await look(`${own.issuer.href}${path}${url.search}`)).status).toBe(429);
    }
    expect((await look(`${own.issuer.href}/jwks`)).status).toBe(200);
  } finally {
    await own.close();
  }
});

test('[S48] nobody can fill the audit log by being refused', async () => {
  const form = { grant_type: 'authorization_code', client_id: 'spa', code_verifier: 'x'.repeat(43), code: 'made up' };
  const before = installation.events.length;
  const timers = stopTimeouts();
  for (let i = 0; i < 30; i++) {
    const body = new URLSearchParams({ ...form, scope: `openid ${i}` });
    expect((await fetch(`${installation.issuer.href}/token`, { method: 'POST', body })).status).toBe(400);
    expect((await look(`${installation.issuer.href}/auth/made-up-${i}`)).status).toBe(400);
  }
  timers.pass(1000);
  const names = installation.events.slice(before).map(({ eventName }) => eventName);
  expect(names).toEqual(expect.arrayContaining(['IssueTokens', 'Authorize']));
  // The first of each kind, and one of those that follow for each second.
  expect(names.length).toBeLessThan(30);
});

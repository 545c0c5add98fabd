import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { hashedId } from '../../src/keys/hashed-id.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { until } from '../support/until.ts';
import { APPS, beginLogin, discover, type Login, REDIRECT_URI } from './app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

const directory = temporaryDirectory();
const written: { key: string; value: string; ttlMs: number }[] = [];
let during = async (_act: string): Promise<void> => {};
let store: EmbeddedStore;
let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  store = await openEmbeddedStore({ directory: directory.path, clock: { now: () => Date.now() } });
  installation = await install({ clients: APPS, ephemeral: watched(store.ephemeral) });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterEach(() => {
  written.length = 0;
  during = async () => {};
});
afterAll(async () => {
  await installation.close();
  await store.close();
  directory.remove();
});

function watched(ephemeral: Ephemeral): Ephemeral {
  return {
    ...ephemeral,
    async set(key, value, ttlMs) {
      written.push({ key, value, ttlMs });
      await Promise.all([ephemeral.set(key, value, ttlMs), during(`set ${key}`)]);
    },
    async take(key) {
      const value = await ephemeral.take(key);
      if (value !== undefined) await during(`take ${key}`);
      return value;
    },
  };
}
const writtenTo = (prefix: string) => written.filter(({ key }) => key.startsWith(prefix));

/** A page as one browser has it. */
interface Shown {
  readonly url: string;
  readonly cookies: string;
  readonly form: Readonly<Record<string, string>>;
}
/** What an answer sets; of two cookies of one name the first counts, so none that it takes back. */
const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .filter((line) => !line.includes('expires=Thu, 01 Jan 1970'))
    .map((line) => line.split(';')[0])
    .join('; ');
const look = (url: string | URL, cookie: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, redirect: 'manual', headers: { accept: 'text/html', cookie, ...init.headers } });

async function show(answer: Response, typed: Record<string, string>): Promise<Shown> {
  const url = `${installation.url}${answer.headers.get('location')}`;
  const cookies = cookiesOf(answer);
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await look(url, cookies)).text())?.[1] ?? '';
  return { url, cookies, form: { csrf, ...typed } };
}
const TYPED = { step: 'password', account: ACCOUNT, name: 'alice', password: PASSWORD };
async function toSignIn(more: Record<string, string> = {}): Promise<Shown & Pick<Login, 'checks'>> {
  const { url, checks } = await beginLogin(app, more);
  return { ...(await show(await look(url, ''), TYPED)), checks };
}
async function toConsent(more: Record<string, string> = {}): Promise<Shown & Pick<Login, 'checks'>> {
  const { checks, ...signIn } = await toSignIn(more);
  return { ...(await show(await send(signIn), { step: 'consent' })), checks };
}
const send = ({ url, cookies, form }: Shown, init: RequestInit = {}): Promise<Response> =>
  look(url, cookies, { method: 'POST', body: new URLSearchParams(form), ...init });
const seen = async (answer: Response) => ({
  status: answer.status,
  location: answer.headers.get('location'),
  cookies: answer.headers.getSetCookie(),
  policy: answer.headers.get('content-security-policy'),
  type: answer.headers.get('content-type'),
  body: await answer.text(),
});
/** A refusal that gives nothing of the answer away. */
async function expectRefused(answer: Response, status = 400): Promise<void> {
  expect(await seen(answer)).toMatchObject({ status, location: null, cookies: [] });
}

/** Sends a form whose body is begun and never ended; resolves once the server has its head. */
async function beginForm(url: string, headers: Record<string, string>) {
  const form = request(url, { method: 'POST', headers: { ...headers, expect: '100-continue' } });
  form.on('error', () => {}).write('step=');
  await once(form, 'continue');
  return form;
}

describe.each([2, 12])('%i times at once', (count) => {
  const atOnce = <Value>(act: () => Promise<Value>) => Promise.all(Array.from({ length: count }, act));

  test('a password: one session, one next page', async () => {
    const signIn = await toSignIn();
    written.length = 0;
    const [first, ...more] = await Promise.all((await atOnce(() => send(signIn))).map(seen));
    expect(first?.status).toBe(303);
    expect(first?.cookies.join()).toContain('rolecall-session=');
    for (const each of more) expect(each).toEqual(first);
    expect(writtenTo('oidc/hashed/Session/')).toHaveLength(1);
  });

  test('[S03] a consent: one code, which works once', async () => {
    const { checks, ...consent } = await toConsent();
    written.length = 0;
    const [first, ...more] = await Promise.all((await atOnce(() => send(consent))).map(seen));
    expect(first?.location).toMatch(new RegExp(`^${REDIRECT_URI}\\?code=`));
    for (const each of more) expect(each).toEqual(first);
    expect(writtenTo('oidc/hashed/AuthorizationCode/')).toHaveLength(1);
    const exchange = () => oidc.authorizationCodeGrant(app, new URL(first?.location ?? ''), checks);
    const exchanged = await Promise.allSettled(Array.from({ length: count }, exchange));
    expect(exchanged.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a consent to an app that wants the answer posted: the same page', async () => {
    const consent = await toConsent({ response_mode: 'form_post' });
    const [first, ...more] = await Promise.all((await atOnce(() => send(consent))).map(seen));
    expect(first).toMatchObject({ status: 200, body: expect.stringContaining('name="code"') });
    for (const each of more) expect(each).toEqual(first);
  });
});

test('a wrong password, sent several times at once: the page says so each time, and each counts', async () => {
  const signIn = await toSignIn();
  await installation.addUser('mistyped');
  installation.events.length = 0;
  const wrong = { ...signIn, form: { ...signIn.form, name: 'mistyped', password: 'wrong' } };
  for (const { status, body } of await Promise.all((await Promise.all([1, 2, 3].map(() => send(wrong)))).map(seen))) {
    expect(status).toBe(400);
    expect(body).toContain('The account, name or password is not right.');
  }
  expect(installation.events.filter(({ eventName }) => eventName === 'PasswordSignIn')).toHaveLength(3);
  expect((await send(signIn)).status).toBe(303);
});

test('who has read the address of a page, and has not its signed cookie, does not keep it from its browser', async () => {
  const signIn = await toSignIn();
  const uid = signIn.url.split('/').at(-1) ?? '';
  for (const cookie of [`rolecall-interaction=${uid}`, `rolecall-interaction=${uid}; rolecall-interaction.sig=x`]) {
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of [signIn.url, signIn.url.replace('/interaction/', '/auth/')]) {
      const endless = await beginForm(path, headers);
      try {
        for (let i = 0; i < 3; i++) expect((await look(signIn.url, signIn.cookies)).status).toBe(200);
      } finally {
        endless.destroy();
      }
    }
  }
  const endless = await beginForm(signIn.url, { cookie: `rolecall-interaction=${uid}` });
  expect((await send(signIn)).status).toBe(303);
  endless.destroy();
});

describe('what was answered', () => {
  test('is not given to another browser, to another site, or for another form', async () => {
    const consent = await toConsent();
    const theirs = await toConsent();
    const answer = await send(consent);
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const unsigned = consent.cookies.replaceAll(/\.sig=[^;]*/g, '.sig=x');
    for (const cookies of ['', theirs.cookies, unsigned]) await expectRefused(await send({ ...consent, cookies }));
    const site = { headers: { 'sec-fetch-site': 'cross-site' } };
    await expectRefused(await send(consent, site), 403);
    await expectRefused(await send({ ...consent, form: { ...consent.form, csrf: theirs.form['csrf'] ?? '' } }), 403);
    await expectRefused(await send({ ...consent, form: { ...consent.form, step: 'cancel' } }));
    await expectRefused(await send({ ...consent, form: { ...consent.form, more: '' } }));
    expect((await send(consent)).headers.get('location')).toContain(code);
  });

  test('is kept for seconds, sealed: no cookie, code or password can be read', async () => {
    const signIn = await toSignIn();
    const next = await show(await send(signIn), {});
    const left = writtenTo('oidc/interaction-answer/');
    expect(left).toEqual([
      { key: expect.any(String), value: expect.stringMatching(/^v1\./), ttlMs: expect.any(Number) },
    ]);
    for (const { key, value, ttlMs } of left) {
      expect(ttlMs).toBeLessThanOrEqual(15_000);
      const uid = signIn.url.split('/').at(-1) ?? '';
      expect(key).toBe(`oidc/interaction-answer/${hashedId(uid)}`);
      expect(key).not.toContain(uid);
      expect(() => installation.keyRing.sealer.open(value, key)).toThrow();
      expect(value).not.toContain(next.url.split('/').at(-1));
      await store.ephemeral.delete([key]);
    }
    await expectRefused(await send(signIn));
  });
});

test.each([
  ['before its form is read', 'take oidc/hashed/Interaction/'],
  ['while its code is stored', 'set oidc/hashed/AuthorizationCode/'],
])('a first form whose browser goes away %s loses nothing', async (_when, moment) => {
  const { checks, ...consent } = await toConsent();
  const line = new AbortController();
  const arriving = once(installation.server, 'request') as Promise<[IncomingMessage]>;
  during = async (act) => {
    if (line.signal.aborted || !act.startsWith(moment)) return;
    line.abort();
    const [{ socket }] = await arriving;
    await until(() => socket.destroyed);
  };
  const first = send(consent, { signal: line.signal });
  const leaving = expect(first).rejects.toThrow('aborted');
  await arriving;
  const answer = await send(consent);
  await leaving;
  expect(writtenTo('oidc/hashed/AuthorizationCode/')).toHaveLength(1);
  const tokens = await oidc.authorizationCodeGrant(app, new URL(answer.headers.get('location') ?? ''), checks);
  expect(tokens.id_token).toEqual(expect.any(String));
});

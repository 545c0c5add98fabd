import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { hashedId } from '../../src/keys/hashed-id.ts';
import { startOf } from '../../src/oidc/clients/app-start.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { until } from '../support/until.ts';
import { APPS, beginLogin, discover, type Login, REDIRECT_URI } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT, PASSWORD } from './installation.ts';

const SEED = Buffer.from('12345678901234567890');
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
    async get(key) {
      await during(`get ${key}`);
      return await ephemeral.get(key);
    },
    async setIfAbsent(key, value, ttlMs) {
      const isSet = await ephemeral.setIfAbsent(key, value, ttlMs);
      if (isSet) {
        written.push({ key, value, ttlMs });
        await during(`place ${key}`);
      }
      return isSet;
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
  await send(signIn);
  return { ...(await show(await resume(signIn), { step: 'consent' })), checks };
}
/** Continues where an answered form leads. */
const resume = ({ url, cookies }: Shown): Promise<Response> => look(url.replace('/interaction/', '/auth/'), cookies);
const send = ({ url, cookies, form }: Shown, init: RequestInit = {}): Promise<Response> =>
  look(url, cookies, { method: 'POST', body: new URLSearchParams(form), ...init });
/** What the page for a form that comes too late says, and where it leads. */
async function expectLate(answer: Response): Promise<{ heading: string; link: string; text: string }> {
  const text = await answer.text();
  expect([answer.status, answer.headers.get('location')]).toEqual([409, null]);
  // Who has shown the password may be known by the device.
  expect(answer.headers.getSetCookie().filter((cookie) => !cookie.startsWith('rolecall-device='))).toEqual([]);
  const [, link = '', words = ''] = /<a class="button" href="([^"]+)">([^<]+)/.exec(text) ?? [];
  return { heading: /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? '', link: `${words}: ${link}`, text };
}
const pathOf = ({ url }: Shown, part: string): string => new URL(url).pathname.replace('interaction', part);
const ANSWERED = 'You have already answered';
const FINISHED = 'This sign-in is already finished';
/** A refusal that gives nothing away. */
async function expectRefused(answer: Response, status = 400): Promise<void> {
  expect([answer.status, answer.headers.get('location'), answer.headers.getSetCookie()]).toEqual([status, null, []]);
  expect(await answer.text()).not.toContain('The App');
}

/** Sends a form whose body is begun and never ended; resolves once the server has its head. */
async function beginForm(url: string, headers: Record<string, string>) {
  const form = request(url, { method: 'POST', headers: { ...headers, expect: '100-continue' } });
  form.on('error', () => {}).write('step=');
  await once(form, 'continue');
  return form;
}

describe.each([2, 5])('%i concurrent submissions', (count) => {
  const atOnce = <Value>(act: () => Promise<Value>) => Promise.all(Array.from({ length: count }, act));

  /** Sends a form, and continues, each several times at once; answers the one response that is not a page for late-comers. */
  async function sendAndResume(shown: Shown): Promise<Response> {
    const answers = await atOnce(() => send(shown));
    expect(answers.filter(({ status }) => status === 303).map(({ headers }) => headers.get('location'))).toEqual([
      pathOf(shown, 'auth'),
    ]);
    for (const late of answers.filter(({ status }) => status !== 303)) {
      expect(await expectLate(late)).toMatchObject({
        heading: ANSWERED,
        link: `Continue to The App: ${pathOf(shown, 'interaction')}/continue`,
      });
    }
    written.length = 0;
    const resumed = await atOnce(() => resume(shown));
    const [led, ...more] = resumed.filter(({ status }) => status < 400);
    expect(more).toEqual([]);
    for (const answer of resumed.filter(({ status }) => status >= 400)) {
      expect([answer.headers.get('location'), answer.headers.getSetCookie()]).toEqual([null, []]);
      expect(await answer.text()).toMatch(/already finished|has ended/);
    }
    return led as Response;
  }

  test('a password: one session, one next page', async () => {
    const led = await sendAndResume(await toSignIn());
    expect(led.status).toBe(303);
    expect(led.headers.getSetCookie().join()).toContain('rolecall-session=');
    expect(writtenTo('oidc/hashed/Session/')).toHaveLength(1);
  });

  test('[S03] a consent: one grant, one code, which works once', async () => {
    const { checks, ...consent } = await toConsent();
    installation.events.length = 0;
    const led = await sendAndResume(consent);
    expect(led.headers.get('location')).toMatch(new RegExp(`^${REDIRECT_URI}\\?code=`));
    expect(writtenTo('oidc/hashed/AuthorizationCode/')).toHaveLength(1);
    expect(writtenTo('oidc/Grant/')).toHaveLength(1);
    expect(installation.events.filter(({ eventName }) => eventName === 'Consent')).toHaveLength(1);
    const exchange = () => oidc.authorizationCodeGrant(app, new URL(led.headers.get('location') ?? ''), checks);
    const exchanged = await Promise.allSettled(Array.from({ length: count }, exchange));
    expect(exchanged.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('[S03] a consent to an app that wants the response posted: one page with a code', async () => {
    const led = await sendAndResume(await toConsent({ response_mode: 'form_post' }));
    expect([led.status, await led.text()]).toEqual([200, expect.stringContaining('name="code"')]);
    expect(writtenTo('oidc/hashed/AuthorizationCode/')).toHaveLength(1);
  });
});

test('a wrong password, sent several times concurrently: the page says so each time, and each counts', async () => {
  const signIn = await toSignIn();
  await installation.addUser('mistyped');
  installation.events.length = 0;
  const wrong = { ...signIn, form: { ...signIn.form, name: 'mistyped', password: 'wrong' } };
  for (const answer of await Promise.all([1, 2, 3].map(() => send(wrong)))) {
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The account, name or password is not right.');
  }
  expect(installation.events.filter(({ eventName }) => eventName === 'PasswordSignIn')).toHaveLength(3);
  expect((await send(signIn)).status).toBe(303);
});

test('knowing the URL of a page without its signed cookie does not block its browser', async () => {
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

describe('a form that comes after another one', () => {
  test('[S03] in a browser that saw no response to the first one: leads to the app, with one code', async () => {
    const { checks, ...consent } = await toConsent();
    await send(consent);
    const { heading, link } = await expectLate(await send(consent));
    expect([heading, link]).toEqual([ANSWERED, `Continue to The App: ${pathOf(consent, 'interaction')}/continue`]);
    const on = await look(`${consent.url}/continue`, consent.cookies);
    expect([on.status, on.headers.get('location')]).toEqual([303, pathOf(consent, 'auth')]);
    expect((await expectLate(await look(consent.url, consent.cookies))).heading).toBe(ANSWERED);
    const led = await resume(consent);
    const tokens = await oidc.authorizationCodeGrant(app, new URL(led.headers.get('location') ?? ''), checks);
    expect(tokens.id_token).toEqual(expect.any(String));
    expect(writtenTo('oidc/hashed/AuthorizationCode/')).toHaveLength(1);
  });

  test('[S03] once the app has the result: leads to the app’s start URL, without a code', async () => {
    const consent = await toConsent();
    await send(consent);
    await resume(consent);
    written.length = 0;
    const late = await expectLate(await send(consent));
    expect([late.heading, late.link]).toEqual([FINISHED, 'Open The App: https://app.example/']);
    for (const url of [consent.url, `${consent.url}/continue`]) {
      expect((await expectLate(await look(url, consent.cookies))).heading).toBe(FINISHED);
    }
    const resumed = await resume(consent);
    expect((await expectLate(resumed)).heading).toBe(FINISHED);
    expect(writtenTo('oidc/hashed/')).toEqual([]);
  });

  test('once the app has the result, from the previous step: the same', async () => {
    const signIn = await toSignIn();
    await send(signIn);
    const next = await show(await resume(signIn), {});
    expect(await expectLate(await send(signIn))).toMatchObject({ heading: FINISHED });
    expect((await look(next.url, next.cookies)).status).toBe(200);
  });

  test('does not change the first answer', async () => {
    const consent = await toConsent();
    await send(consent);
    const cancelled = { ...consent, form: { ...consent.form, step: 'cancel' } };
    expect((await expectLate(await send(cancelled))).heading).toBe(ANSWERED);
    expect((await resume(consent)).headers.get('location')).toContain('code=');
  });

  test('is told who has signed in, in case it is another person', async () => {
    const signIn = await toSignIn();
    await send(signIn);
    const other = { ...signIn, form: { ...signIn.form, name: 'somebody-else', password: 'another' } };
    const { text } = await expectLate(await send(other));
    expect(text).toContain('you are signed in as <strong>alice</strong>');
  });

  test('with a code that the first one has used, while that is still in progress: continues', async () => {
    const { userId } = await installation.addUser('second-factor');
    const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/second-factor`;
    const sealedSeed = installation.keyRing.sealer.seal(SEED, serialNumber);
    const device = { serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 };
    await installation.identities.users.update([ACCOUNT, userId], (user) => ({ ...user, mfaDevices: [device] }));
    const signIn = await toSignIn();
    expect((await send({ ...signIn, form: { ...signIn.form, name: 'second-factor' } })).status).toBe(303);
    const form = { ...signIn.form, step: 'mfa', code: codeAt(SEED, timeStepAt(Date.now())) };
    const events = () => installation.events.filter(({ eventName }) => eventName === 'MfaSignIn').length;
    const before = events();
    // Whichever is refused the code looks for an answer once the other one has given it.
    written.length = 0;
    during = async (act) => {
      if (!act.startsWith('get oidc/sign-in-answer/') || events() === before) return;
      await until(() => writtenTo('oidc/sign-in-answer/').length > 0);
    };
    const [first, second] = await Promise.all([send({ ...signIn, form }), send({ ...signIn, form })]);
    expect([first, second].map(({ headers }) => headers.get('location')).toSorted()).toEqual([
      pathOf(signIn, 'auth'),
      pathOf(signIn, 'interaction'),
    ]);
    expect((await expectLate(await look(signIn.url, signIn.cookies))).heading).toBe(ANSWERED);
  });

  test('learns nothing in another browser, from another site, or without our token', async () => {
    const consent = await toConsent();
    const theirs = await toConsent();
    await send(consent);
    const unsigned = consent.cookies.replaceAll(/\.sig=[^;]*/g, '.sig=x');
    for (const isEnded of [false, true]) {
      if (isEnded) await resume(consent);
      for (const cookies of ['', theirs.cookies, unsigned]) {
        await expectRefused(await send({ ...consent, cookies }));
        await expectRefused(await look(consent.url, cookies));
      }
      await expectRefused(await send(consent, { headers: { 'sec-fetch-site': 'cross-site' } }), 403);
      await expectRefused(await send({ ...consent, form: { ...consent.form, csrf: theirs.form['csrf'] ?? '' } }), 403);
    }
  });
});

test('[S03] a browser that sends many other cookies also continues once', async () => {
  const signIn = await toSignIn();
  await send(signIn);
  const planted = [1, 2, 3, 4].map((n) => `__Host-rolecall-session=${String(n).padStart(43, 'x')}`).join('; ');
  const crowded = { ...signIn, cookies: `${planted}; ${signIn.cookies}` };
  const statuses = (await Promise.all([resume(crowded), resume(crowded)])).map(({ status }) => status);
  expect(statuses.filter((status) => status === 303)).toHaveLength(1);
});

test('[S34] nothing is stored of an answer that would sign anyone in', async () => {
  const signIn = await toSignIn();
  await send(signIn);
  const uid = signIn.url.split('/').at(-1) ?? '';
  const [answer, ...more] = writtenTo('oidc/sign-in-answer/');
  expect([answer?.key, more]).toEqual([`oidc/sign-in-answer/${hashedId(uid)}`, []]);
  expect(answer?.ttlMs).toBeLessThanOrEqual(600_000);
  expect(Object.keys(JSON.parse(answer?.value ?? ''))).toEqual(['by', 'signedIn']);
  for (const secret of [uid, PASSWORD]) expect(answer?.value).not.toContain(secret);
});

test('[S03] a first form whose browser goes away while its answer is stored loses nothing', async () => {
  const { checks, ...consent } = await toConsent();
  const line = new AbortController();
  const arriving = once(installation.server, 'request') as Promise<[IncomingMessage]>;
  during = async (act) => {
    if (line.signal.aborted || !act.startsWith('place oidc/sign-in-answer/')) return;
    line.abort();
    const [{ socket }] = await arriving;
    await until(() => socket.destroyed);
  };
  await expect(send(consent, { signal: line.signal })).rejects.toThrow('aborted');
  expect((await expectLate(await send(consent))).heading).toBe(ANSWERED);
  const led = await resume(consent);
  const tokens = await oidc.authorizationCodeGrant(app, new URL(led.headers.get('location') ?? ''), checks);
  expect(tokens.id_token).toEqual(expect.any(String));
});

test.each([
  ['where it begins sign-ins', { initiate_login_uri: 'https://app.example/in?x=1' }, 'https://app.example/in?x=1&iss='],
  ['its home page', { client_uri: 'https://app.example/home' }, 'https://app.example/home'],
  ['the root of its origin', {}, 'https://app.example/'],
  ['nowhere, if it is on the person’s machine', { application_type: 'native' }, undefined],
])('the start URL of an app: %s', async (_what, more, start) => {
  const client = { clientId: 'app', redirectUris: ['https://app.example/callback'], ...camelCased(more) };
  const found = startOf(client as never, { issuer: installation.issuer.href, accountId: ACCOUNT });
  expect(found).toBe(start?.endsWith('iss=') ? start + encodeURIComponent(installation.issuer.href) : start);
});

test.each([
  ['of its own account', ACCOUNT, 'https://app.example/home'],
  ['of another account', OTHER_ACCOUNT, undefined],
])('an app that the API opened to everyone starts for people %s: %s', (_whose, accountId, start) => {
  const access = { accountId: ACCOUNT, openTo: 'everyone', origin: 'api' };
  const client = { clientId: 'app', clientUri: 'https://app.example/home', redirectUris: [], access };
  expect(startOf(client as never, { issuer: installation.issuer.href, accountId })).toBe(start);
});

const camelCased = (metadata: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

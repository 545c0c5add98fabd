import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type Person, type Seen } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('alice');
  await installation.addUser('bob');
  app = await discover(installation);
});
afterAll(() => installation.close());

describe('[OIDC Core §3.1.2.1] prompt=select_account', () => {
  const signedIn = async (): Promise<Person> => {
    const person = newPerson(installation.url);
    await logIn(installation, app, { user: 'alice', person });
    return person;
  };
  const begin = async (person: Person, prompt = 'select_account') => {
    const login = await beginLogin(app, { prompt, scope: 'openid profile' });
    return { login, seen: await person.open(login.url.href) };
  };
  /** Follows the page that ends the session of before, then agrees where that is asked. */
  const arrive = async (seen: Seen): Promise<URL> => {
    let at = seen;
    for (const button of ['continue', 'allow']) {
      if (at.kind === 'page' && at.buttons.some((text) => text.toLowerCase().startsWith(button)))
        at = await at.submit(button);
    }
    return expectLeft(at);
  };
  const nameOf = async (left: URL, { checks }: Awaited<ReturnType<typeof beginLogin>>): Promise<unknown> =>
    (await oidc.authorizationCodeGrant(app, left, checks)).claims()?.['name'];

  test('the signed-in account', async () => {
    const { login, seen } = await begin(await signedIn());
    const page = expectPage(seen);
    expect(page.heading).toBe('Choose an account');
    expect(await nameOf(expectLeft(await page.submit('continue as alice')), login)).toBe('alice');
  });

  test('another account, which then continues', async () => {
    const person = await signedIn();
    const { login, seen } = await begin(person);
    const signIn = expectPage(await expectPage(seen).submit('another account'));
    expect(signIn.heading).toBe('Sign in');
    expect(await nameOf(await arrive(await typeIn(signIn, { user: 'bob' })), login)).toBe('bob');
  });

  test('another account, by both pages of the sign-in', async () => {
    const { login, seen } = await begin(await signedIn());
    const signIn = expectPage(await expectPage(seen).submit('another account'));
    const ways = expectPage(await signIn.submit('continue', { account: ACCOUNT, 'user name': 'bob' }));
    expect(ways.html).toContain('readonly value="bob"');
    expect(await nameOf(await arrive(await ways.submit('sign in', { password: PASSWORD })), login)).toBe('bob');
  });

  test('with nobody signed in: one sign-in', async () => {
    const { login, seen } = await begin(newPerson(installation.url), 'select_account consent');
    const consent = expectPage(await typeIn(seen, { user: 'bob' }));
    expect(consent.heading).toBe('Allow The App?');
    expect(await nameOf(expectLeft(await consent.submit('allow')), login)).toBe('bob');
  });

  test('is refused with prompt=none', async () => {
    const { seen } = await begin(await signedIn(), 'none select_account');
    expect(expectLeft(seen).searchParams.get('error')).toBe('invalid_request');
  });
});

describe('[OIDC Core §3.1.2.1] prompts, and what else asks for a sign-in', () => {
  const ask = async (person: Person, more: Record<string, string>) => {
    const { url } = await beginLogin(app, { scope: 'openid profile', prompt: 'none', ...more });
    return await person.open(url.href);
  };
  const errorOf = (seen: Seen) => expectLeft(seen).searchParams.get('error');
  let alice: Person;
  let hints: Record<'alice' | 'bob', string>;
  beforeAll(async () => {
    alice = newPerson(installation.url);
    const { id_token: own = '' } = await logIn(installation, app, { user: 'alice', person: alice });
    const { id_token: others = '' } = await logIn(installation, app, { user: 'bob' });
    hints = { alice: own, bob: others };
  });

  test('[Initiating User Registration §4.1] discovery lists the values; create is none of them, and is refused', async () => {
    const { prompt_values_supported: values } = app.serverMetadata();
    expect(values).toEqual(['none', 'select_account', 'login', 'consent']);
    for (const prompt of ['create', 'create login', 'none create', 'unknown']) {
      const page = expectPage(await ask(alice, { prompt, state: 's' }));
      expect([page.status, page.text.includes('invalid_request'), page.text.includes(prompt)]).toEqual([
        400,
        true,
        true,
      ]);
      const push = { ...Object.fromEntries((await beginLogin(app, { prompt })).url.searchParams) };
      await expect(oidc.buildAuthorizationUrlWithPAR(app, push)).rejects.toMatchObject({
        status: 400,
        error: 'invalid_request',
        error_description: expect.stringContaining('prompt'),
      });
    }
  });

  test.each<[string, (hint: typeof hints) => Record<string, string>, string | null]>([
    ['a session', () => ({}), null],
    ['the hint of its person', ({ alice: id_token_hint }) => ({ id_token_hint }), null],
    ['the hint of another person', ({ bob: id_token_hint }) => ({ id_token_hint }), 'login_required'],
    ['max_age that has not passed', () => ({ max_age: '3600' }), null],
    ['max_age=0', () => ({ max_age: '0' }), 'login_required'],
    ['max_age=-1', () => ({ max_age: '-1' }), 'invalid_request'],
    ['a wish for a stronger sign-in', () => ({ acr_values: 'urn:rolecall:acr:mfa' }), null],
    [
      'a hint of its person and max_age=0',
      ({ alice: id_token_hint }) => ({ id_token_hint, max_age: '0' }),
      'login_required',
    ],
    ['a hint that is no token', () => ({ id_token_hint: 'x' }), 'invalid_request'],
    [
      'the subject of another person in claims (§5.5)',
      () => ({ claims: JSON.stringify({ id_token: { sub: { value: 'AIDAOTHER' } } }) }),
      'login_required',
    ],
  ])('prompt=none with %s', async (_, more, error) => {
    const left = expectLeft(await ask(alice, more(hints)));
    expect([left.searchParams.get('error'), left.searchParams.has('code')]).toEqual([error, error === null]);
  });

  test('select_account with login or max_age=0: the account is chosen, and then signs in again', async () => {
    for (const more of [{ prompt: 'select_account login' }, { prompt: 'select_account', max_age: '0' }]) {
      const chosen = expectPage(await ask(alice, more as Record<string, string>));
      expect(chosen.heading).toBe('Choose an account');
      const page = expectPage(await chosen.submit('continue as alice'));
      expect(page.heading).toBe('Sign in');
      expect(expectLeft(await typeIn(page, { user: 'alice' })).searchParams.has('code')).toBe(true);
    }
  });

  test('the hint of another person asks for a sign-in', async () => {
    const page = expectPage(await ask(alice, { prompt: '', id_token_hint: hints.bob }));
    expect(page.heading).toBe('Sign in');
  });

  test('select_account and login are refused beside none', async () => {
    for (const prompt of ['none login', 'none consent', 'login none']) {
      expect(errorOf(await ask(alice, { prompt }))).toBe('invalid_request');
    }
  });
});

test('[OIDC Core §11] the log explains once why offline_access yields no refresh token', async () => {
  const ask = async (more: Record<string, string>) => {
    const { url } = await beginLogin(app, { scope: 'openid offline_access', ...more });
    url.searchParams.delete(more['prompt'] === '' ? 'prompt' : 'none');
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
  };
  await ask({ prompt: 'consent' });
  expect(installation.advice).toEqual([]);
  for (let time = 0; time < 2; time++) await ask({ prompt: '' });
  await ask({ client_id: 'spa', redirect_uri: 'https://spa.example/callback' });
  expect(installation.advice).toEqual([
    [expect.stringContaining('no prompt=consent'), { client: 'app' }],
    [expect.stringContaining('grant_types do not have refresh_token'), { client: 'spa' }],
  ]);
});

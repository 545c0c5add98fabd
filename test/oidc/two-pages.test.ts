import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectPage, logIn, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT, PASSWORD } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  app = await discover(installation);
  await installation.addUser('alice', { email: 'alice@example.com' });
  await installation.addUser('olga', { accountId: OTHER_ACCOUNT });
});
afterAll(() => installation.close());

const begin = async (person: Person, more: Record<string, string> = {}): Promise<PageSeen> =>
  expectPage(await person.open((await beginLogin(app, more)).url.href));
const name = async (page: PageSeen, typed: Record<string, string> = { account: ACCOUNT, 'user name': 'alice' }) =>
  expectPage(await page.submit('continue', typed));
const filledIn = ({ html }: PageSeen, field: string): string | undefined =>
  new RegExp(`<input [^>]*name="${field}"[^>]* value="([^"]*)"`).exec(html)?.[1];

describe('the name, then its proof', () => {
  test('[WCAG 2.2 §1.3.5, §3.3.8] both pages are forms that password managers know, and the second one shows the name', async () => {
    const page = await begin(newPerson(installation.url));
    expect(page.html).toMatch(/<input id="name" name="name" autocomplete="username webauthn"/);
    expect(page.html).toMatch(/<input [^>]*type="password" autocomplete="current-password" tabindex="-1">/);
    const ways = await name(page);
    expect(ways.buttons).toEqual(['Sign in', 'Use a passkey', 'Cancel']);
    expect(ways.html).toContain('<input id="name" name="name" autocomplete="username" readonly value="alice">');
    expect(ways.html).toMatch(/<input id="password" [^>]*autocomplete="current-password"/);
    expect(ways.text).toContain(`Account: ${ACCOUNT}`);
    expect(expectPage(await ways.submit('sign in', { password: PASSWORD })).heading).toBe('Allow The App?');
  });

  test('the name is in no address; the second page can be loaded again, and another name typed', async () => {
    const person = newPerson(installation.url);
    const page = await begin(person);
    const ways = await name(page);
    expect(ways.url.href).toBe(page.url.href);
    const again = expectPage(await person.open(page.url.href));
    expect(again.html).toContain('readonly value="alice"');
    const other = expectPage(await again.follow('use another name'));
    expect([filledIn(other, 'name'), filledIn(other, 'account')]).toEqual(['alice', ACCOUNT]);
    expect((await name(other, { 'user name': 'bob' })).html).toContain('readonly value="bob"');
  });

  test('forms of several tabs keep their own name', async () => {
    const person = newPerson(installation.url);
    const first = await name(await begin(person));
    await name(await begin(person), { 'user name': 'somebody' });
    expect(expectPage(await first.submit('sign in', { password: PASSWORD })).heading).toBe('Allow The App?');
  });

  test('a wrong password is said on the second page, from which the right one signs in', async () => {
    const wrong = expectPage(
      await (await name(await begin(newPerson(installation.url)))).submit('sign in', { password: 'x' }),
    );
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('is not right')]);
    expect(expectPage(await wrong.submit('sign in', { password: PASSWORD })).heading).toBe('Allow The App?');
  });

  test('a sign-in that is begun again is filled in with the name that was typed, until one is finished', async () => {
    const person = newPerson(installation.url);
    const ways = await name(await begin(person));
    expect(filledIn(await begin(person), 'name')).toBe('alice');
    await ways.submit('sign in', { password: PASSWORD });
    expect(filledIn(await begin(person, { prompt: 'login' }), 'name')).toBe('');
  });

  test.each([
    ['nothing', ''],
    ['more than any name has', 'x'.repeat(400)],
  ])('%s as the name is asked for again, on the field', async (_, typed) => {
    const page = await name(await begin(newPerson(installation.url)), { account: ACCOUNT, 'user name': typed });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('Enter your user name or e-mail address.')]);
    expect(page.html).toMatch(/<input id="name"[^>]*aria-invalid="true" aria-describedby="errors"/);
  });

  test.each([
    ['no JSON', 'bm90IGpzb24'],
    ['an empty list', 'W10'],
    ['a list of other things', 'WyJhIiwiYiIsM10'],
    ['no base64url', '%'],
    ['too long', Buffer.from(JSON.stringify(['', '', 'x'.repeat(2000)])).toString('base64url')],
  ])('a cookie that is not ours is ignored: %s', async (_, value) => {
    const first = await fetch((await beginLogin(app)).url, { redirect: 'manual' });
    const own = first.headers.getSetCookie().map((line) => line.split(';')[0]);
    const cookie = [...own, `rolecall-typed=${value}`, `rolecall-account=${value}!`].join('; ');
    const page = await fetch(new URL(first.headers.get('location') ?? '', installation.url), { headers: { cookie } });
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('autocapitalize="none" spellcheck="false" required value="">'),
    ]);
  });
});

describe('the account', () => {
  const accountOn = (page: PageSeen): string | undefined => filledIn(page, 'account');

  test.each([
    ['its own address', 'example', 'example'],
    ['its own address, by id', OTHER_ACCOUNT, OTHER_ACCOUNT],
    ['an address of no account, which is not told', 'no-such', 'no-such'],
  ])('is filled in from %s', async (_, at, account) => {
    const page = expectPage(await newPerson(installation.url).open(`${installation.url}/sign-in/${at}`));
    expect([page.status, page.heading, accountOn(page)]).toEqual([200, 'Sign in', account]);
  });

  test('is filled in from the app’s request, and from the last sign-in in this browser', async () => {
    const person = newPerson(installation.url);
    expect(accountOn(await begin(person))).toBe('');
    await logIn(installation, app, { user: 'alice', person });
    expect(accountOn(await begin(person, { prompt: 'login' }))).toBe('example');
    expect(accountOn(await begin(person, { prompt: 'login', rolecall_account: OTHER_ACCOUNT }))).toBe(OTHER_ACCOUNT);
  });

  test('that is filled in does not keep anybody from signing in with an e-mail address', async () => {
    const person = newPerson(installation.url);
    const other = expectPage(await person.open(`${installation.url}/sign-in/${OTHER_ACCOUNT}`));
    expect(expectPage(await typeIn(other, { account: OTHER_ACCOUNT, user: 'alice@example.com' })).text).toContain(
      'alice',
    );
  });

  test('its address leads to the account page if one of its people is signed in, and to a sign-in otherwise', async () => {
    const person = newPerson(installation.url);
    await typeIn(await person.open(`${installation.url}/sign-in`), { user: 'alice' });
    const headingAt = async (path: string) =>
      expectPage(await person.open(`${installation.url}/sign-in/${path}`)).heading;
    expect(await headingAt('Example')).toBe('Your account');
    const asked = expectPage(await person.open(`${installation.url}/sign-in/${OTHER_ACCOUNT}`));
    expect(asked.heading).toBe('Sign in');
    const replaced = expectPage(await typeIn(asked, { account: OTHER_ACCOUNT, user: 'olga' }));
    expect(expectPage(await replaced.submit('continue')).text).toContain('olga');
    expect(await headingAt('links')).not.toBe('Sign in');
    expect((await fetch(`${installation.url}/sign-in/no_alias`)).status).toBe(404);
  });

  test('is asked for only once it is needed: a name without one, although there are two accounts', async () => {
    const page = await name(await begin(newPerson(installation.url)), { account: '', 'user name': 'alice' });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('Give the account, too')]);
    expect(filledIn(page, 'name')).toBe('alice');
  });
});

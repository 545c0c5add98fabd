import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { browserName } from '../../src/http/browser-name.ts';
import { expectPage, typeIn, withForgedForms } from './app.ts';
import { type Installation, install } from './installation.ts';

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
const LAPTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let installation: Installation;
beforeAll(async () => {
  installation = await install();
  for (const name of ['alice', 'bob', 'carla']) await installation.addUser(name);
});
afterAll(() => installation.close());

async function signIn(user: string, userAgent: string): Promise<Person> {
  const person = newPerson(installation.url, { 'user-agent': userAgent });
  await typeIn(await person.open(`${installation.url}/sign-in`), { user });
  return person;
}
const account = async (person: Person): Promise<PageSeen> =>
  expectPage(await person.open(`${installation.url}/sign-in`));

describe('the sessions on the account page', () => {
  test('are named by their browsers, and another one can be ended', async () => {
    const [phone, laptop] = [await signIn('alice', PHONE), await signIn('alice', LAPTOP)];
    const page = await account(laptop);
    expect(page.text).toContain('Chrome on Windows This browser Signed in 20');
    expect(page.text).toContain('Safari on iPhone Sign out Signed in 20');
    const after = expectPage(await page.submit('Sign out'));
    expect(after.text).toContain('The other browser is signed out.');
    expect(after.text).not.toContain('Safari on iPhone');
    expect((await account(phone)).heading).toBe('Sign in');
    expect((await account(laptop)).heading).toBe('Your account');
    expect(installation.events.at(-1)).toMatchObject({ eventName: 'EndSession', outcome: 'allowed' });
    const again = expectPage(await page.submit('Sign out'));
    expect(again.text).toContain('That browser was signed out already.');
  });

  test('can all be ended but this one', async () => {
    const others = [await signIn('alice', PHONE), await signIn('alice', 'curl/8')];
    const here = await signIn('alice', LAPTOP);
    const page = await account(here);
    expect(page.text).toContain('Unknown browser');
    const after = expectPage(await page.submit('Sign out everywhere else'));
    expect(after.text).toContain('You are signed out everywhere else.');
    for (const other of others) expect((await account(other)).heading).toBe('Sign in');
    expect((await account(here)).heading).toBe('Your account');
  });

  test('of other people cannot be ended, and no form from elsewhere ends any', async () => {
    const bob = await signIn('bob', LAPTOP);
    const [phone, laptop] = [await signIn('alice', PHONE), await signIn('alice', LAPTOP)];
    const uid = /name="end" value="([^"]+)"/.exec((await account(laptop)).html)?.[1] ?? '';
    await signIn('bob', PHONE);
    const theirs = await account(bob);
    const changed = { ...theirs, html: theirs.html };
    expect(changed.html).not.toContain(uid);
    const direct = globalThis.fetch;
    globalThis.fetch = (input, init = {}) =>
      direct(
        input,
        init.body === undefined ? init : { ...init, body: String(init.body).replace(/end=[^&]*/, `end=${uid}`) },
      );
    try {
      expect(expectPage(await theirs.submit('Sign out')).text).toContain('That browser was signed out already.');
    } finally {
      globalThis.fetch = direct;
    }
    expect((await account(phone)).heading).toBe('Your account');
    const page = await account(laptop);
    for (const forgery of [{ csrf: 'x'.repeat(43) }, { origin: 'https://attacker.example' }]) {
      expect(expectPage(await withForgedForms(forgery, () => page.submit('Sign out'))).status).toBe(403);
    }
    expect((await account(phone)).heading).toBe('Your account');
  });
});

test.each([
  ['de', 'Unbekannter Browser', 'Chrome unter Windows'],
  ['ja', '不明なブラウザー', 'Windows の Chrome'],
])('they are in the language of the page: %s', async (language, unknown, known) => {
  await signIn('carla', 'curl/8');
  const person = await signIn('carla', LAPTOP);
  const page = expectPage(await person.open(`${installation.url}/sign-in`, { 'accept-language': language }));
  expect(page.text).toContain(unknown);
  expect(page.text).toContain(known);
  expect(page.text).not.toMatch(/Unknown browser|Chrome on/);
});

test.each([
  [PHONE, 'Safari on iPhone'],
  [LAPTOP, 'Chrome on Windows'],
  [`${LAPTOP} Edg/140.0`, 'Edge on Windows'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['Mozilla/5.0 (Linux; Android 15; Pixel) Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
  ['<script>alert(1)</script>', 'Unknown browser'],
  [`${'x'.repeat(1_000_000)} Firefox/1`, 'Unknown browser'],
  [undefined, 'Unknown browser'],
])('a browser in the words of its owner: %#', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});

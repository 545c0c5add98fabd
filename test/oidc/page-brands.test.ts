import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import type { StoredBranding } from '../../src/identity/documents/account.ts';
import { APPS, beginLogin, discover, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT } from './installation.ts';

const [first] = APPS;
let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  app = await discover(installation);
  await installation.addUser('alice', { email: 'alice@example.com' });
  await installation.addUser('olga', { accountId: OTHER_ACCOUNT, email: 'olga@example.com' });
  await brand(OTHER_ACCOUNT, { displayName: 'Olga & Sons', color: '#0a7d3f', updatedAt: 0 });
});
afterAll(() => installation.close());

/** @param account that has no branding without one. */
async function brand(account: string, branding: StoredBranding | undefined): Promise<void> {
  await installation.identities.accounts.update([account], ({ branding: _, ...rest }) => ({
    ...rest,
    ...(branding && { branding }),
  }));
}

const headerOf = ({ html }: PageSeen): string => /<header>(.*?)<\/header>/.exec(html)?.[1] ?? '';
const OLGAS = 'Olga &amp; Sons';
const OURS = 'Rolecall';

const begin = async (person: Person, more: Record<string, string> = {}): Promise<PageSeen> =>
  expectPage(await person.open((await beginLogin(app, more)).url.href));
const open = async (person: Person, path: string): Promise<PageSeen> =>
  expectPage(await person.open(installation.url + path));

describe('whose brand the pages of a sign-in have', () => {
  test('ours, until an account is named; then its own, from the address, the app or what is typed', async () => {
    expect(headerOf(await begin(newPerson(installation.url)))).toBe(OURS);
    expect(headerOf(await open(newPerson(installation.url), `/sign-in/${OTHER_ACCOUNT}`))).toBe(OLGAS);
    expect(headerOf(await begin(newPerson(installation.url), { rolecall_account: OTHER_ACCOUNT }))).toBe(OLGAS);
    const page = await begin(newPerson(installation.url));
    const spaced = OTHER_ACCOUNT.replace(/(....)(....)/, '$1-$2-');
    expect(headerOf(expectPage(await page.submit('continue', { account: spaced, 'user name': 'olga' })))).toBe(OLGAS);
  });

  test('that of the person, on every page once they are signed in, and of their browser afterwards', async () => {
    const person = newPerson(installation.url);
    await typeIn(await open(person, '/sign-in'), { account: OTHER_ACCOUNT, user: 'olga' });
    for (const path of [
      '/sign-in',
      '/sign-in/password',
      '/sign-in/factors',
      '/sign-in/links',
      '/oidc/session/end',
      '/nothing',
    ])
      expect([path, headerOf(await open(person, path))]).toEqual([path, OLGAS]);
    const signedOut = expectPage(await (await open(person, '/oidc/session/end')).submit('Sign out'));
    expect([signedOut.heading, headerOf(signedOut)]).toEqual(['You are signed out', OLGAS]);
    expect(headerOf(await open(person, '/sign-in'))).toBe(OLGAS);
    expect(headerOf(await open(person, `/sign-in/${ACCOUNT}`))).toBe(OURS);
  });

  test('the account of a person beats the one that the address names', async () => {
    const person = newPerson(installation.url);
    await typeIn(await begin(person), { account: ACCOUNT, user: 'alice' });
    expect(headerOf(await open(person, '/sign-in'))).toBe(OURS);
  });

  test('a change is on the next page, also of a person who is signed in', async () => {
    const person = newPerson(installation.url);
    await typeIn(await begin(person), { account: ACCOUNT, user: 'alice' });
    await brand(ACCOUNT, { displayName: 'Acme', updatedAt: 1 });
    expect(headerOf(await open(person, '/sign-in'))).toBe('Acme');
    await brand(ACCOUNT, undefined);
    expect(headerOf(await open(person, '/sign-in'))).toBe(OURS);
  });

  test('an app for the users of one account is under its brand; one for everyone is not, since it could speak to the people of others', async () => {
    const { identities } = installation;
    const key = [ACCOUNT, first?.clientId ?? ''];
    const seen = async (openTo: 'account' | 'everyone') => {
      await identities.applications.update(key, (old) => ({ ...old, openTo }));
      return headerOf(await begin(newPerson(installation.url)));
    };
    await brand(ACCOUNT, { displayName: 'Acme', updatedAt: 1 });
    const headers = [await seen('everyone'), await seen('account')];
    const alice = newPerson(installation.url);
    const consent = expectPage(await typeIn(await begin(alice), { user: 'alice' }));
    await brand(ACCOUNT, undefined);
    expect(headers).toEqual([OURS, 'Acme']);
    expect([consent.heading, headerOf(consent)]).toEqual(['Allow The App?', 'Acme']);
  });
});

describe('[S25] the brand tells nothing of who exists', () => {
  const shape = ({ html, status }: PageSeen, account: string): unknown => ({
    status,
    html: html
      .replaceAll(account, 'ACCOUNT')
      .replace(/\/interaction\/[\w-]+/g, '')
      .replace(/name="(csrf|token)" value="[^"]*"/g, '')
      .replace(/data-passkey="[^"]*"/g, ''),
  });

  test('the address of an account without a brand is answered like that of an unknown one', async () => {
    const seen = [];
    for (const account of ['example', 'unknown-alias', ACCOUNT, '999999999999'])
      seen.push(shape(await open(newPerson(installation.url), `/sign-in/${account}`), account));
    for (const each of seen) expect(each).toEqual(seen[0]);
  });

  test('within an account with a brand, names look alike, and an e-mail address shows no brand of its account', async () => {
    const ways = async (account: string, user: string) => {
      const page = await begin(newPerson(installation.url));
      return shape(expectPage(await page.submit('continue', { account, 'user name': user })), user);
    };
    expect(await ways(OTHER_ACCOUNT, 'olga')).toEqual(await ways(OTHER_ACCOUNT, 'alga'));
    expect(await ways('', 'olga@example.com')).toEqual(await ways('', 'nobody@example.com'));
    expect(JSON.stringify(await ways('', 'olga@example.com'))).not.toContain(OLGAS);
  });

  test('a cookie that names no account changes nothing', async () => {
    const person = newPerson(installation.url, { cookie: 'rolecall-account="><script>' });
    expect(headerOf(await begin(person))).toBe(OURS);
  });
});

describe('without the store', () => {
  test('error pages are shown under our name', async () => {
    const broken = await install({ clients: APPS });
    const { accounts } = broken.identities;
    Object.assign(accounts, { find: () => Promise.reject(new Error('the store is away')) });
    const page = expectPage(await newPerson(broken.url).open(`${broken.url}/sign-in/nothing/here`));
    expect([page.status, headerOf(page)]).toEqual([404, OURS]);
    await broken.close();
  });
});

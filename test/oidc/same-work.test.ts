import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';
import { APPS, beginLogin, discover, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

/** The collections that people are looked up in. */
const PEOPLE = new Set(['accounts', 'users']);
/**
 * By name: account and user, and whether there is only one account, which the page says. By e-mail address: root user, user and account, and
 * the same question twice, since the account was left empty.
 */
const READS = { byName: 3, byEmail: 5 };
let reads = 0;

function counting(store: CollectionStore): CollectionStore {
  return {
    ...store,
    open(declaration) {
      const collection = store.open(declaration);
      const count = PEOPLE.has(declaration.name) ? 1 : 0;
      return {
        ...collection,
        get(key) {
          reads += count;
          return collection.get(key);
        },
        find(...asked) {
          reads += count;
          return collection.find(...asked);
        },
      };
    },
  };
}

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({
    clients: APPS,
    countedIdentities: counting,
    // A record that takes a refusal and never says that it is stored.
    record: (event) => (event.outcome === 'refused' ? new Promise(() => {}) : Promise.resolve()),
  });
  app = await discover(installation);
  await installation.addUser('known', { email: 'known@example.com' });
  await installation.addUser('former', { disabled: { directory: { reason: 'left', at: 0 } } });
});
afterAll(() => installation.close());

describe('[S25] a failed sign-in', () => {
  test.each([
    ['a known user', { user: 'known', password: 'wrong' }],
    ['a disabled user', { user: 'former', password: 'wrong' }],
    ['an unknown user', { user: 'unknown', password: 'wrong' }],
    ['an unknown account', { account: '999999999999', user: 'known', password: 'wrong' }],
    ['a known alias', { account: 'example', user: 'known', password: 'wrong' }],
    ['an unknown alias', { account: 'elsewhere', user: 'known', password: 'wrong' }],
    ['the e-mail address of a user', { account: '', user: 'known@example.com', password: 'wrong' }],
    ['the e-mail address of the root user', { account: '', user: 'root@example.com', password: 'wrong' }],
  ])('of %s does not wait for its audit event, and queries the store as often as any other', async (_, typed) => {
    const page = await newPerson(installation.url).open((await beginLogin(app)).url.href);
    reads = 0;
    const refused = expectPage(await typeIn(page, { account: ACCOUNT, ...typed }));
    expect(refused.status).toBe(400);
    const byEmail = typed.user.includes('@');
    expect(reads).toBe(byEmail ? READS.byEmail : READS.byName);
  });

  test('of an unknown e-mail address as well', async () => {
    const page = await newPerson(installation.url).open((await beginLogin(app)).url.href);
    reads = 0;
    await typeIn(page, { account: '', user: 'nobody@example.com', password: 'wrong' });
    expect(reads).toBe(READS.byEmail);
  });
});

test('[S25] a disabled user sees what everybody sees after a wrong password, and the truth only after the right one', async () => {
  const typed = async (user: string, password: string) => {
    const page = await newPerson(installation.url).open((await beginLogin(app)).url.href);
    return expectPage(await typeIn(page, { account: ACCOUNT, user, password }));
  };
  const [disabled, enabled] = [await typed('former', 'wrong'), await typed('known', 'wrong')];
  expect([disabled.status, disabled.text.replaceAll('former', 'known')]).toEqual([enabled.status, enabled.text]);
  const told = await typed('former', PASSWORD);
  expect(told.status).toBe(400);
  expect(told.text).toContain('Your account is disabled. Ask your administrator.');
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import type { User } from '../../src/identity/documents/user.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';
import { APPS, beginLogin, discover, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

/** Every call to the stores, and every hash of a password, since it was emptied. */
let work: string[] = [];

/** Asks no store: how far the feed of changes has come, which caches ask for as often as they like. */
const FROM_MEMORY = new Set(['completeUntil']);

function countedStore(store: CollectionStore): CollectionStore {
  return {
    ...store,
    open: (declaration) => counted(declaration.name, store.open(declaration)),
  };
}

/** The same object, whose calls are put down. */
function counted<Counted extends object>(name: string, object: Counted): Counted {
  const calls = Object.entries(object).map(([method, call]) => {
    if (typeof call !== 'function' || FROM_MEMORY.has(method)) return [method, call];
    const put = (...asked: unknown[]): unknown => {
      work.push(`${name}.${method}`);
      return call.apply(object, asked);
    };
    return [method, put];
  });
  return { ...object, ...Object.fromEntries(calls) };
}

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({
    clients: APPS,
    countedIdentities: countedStore,
    // A record that takes a refusal and never says that it is stored.
    record: (event) => (event.outcome === 'refused' ? new Promise(() => {}) : Promise.resolve()),
  });
  // As the server has them by now: called by these names.
  Object.assign(installation.ephemeral, counted('ephemeral', installation.ephemeral));
  Object.assign(installation.passwords, counted('passwords', installation.passwords));
  app = await discover(installation);
  const without = (change: Partial<User>) => ({ loginProfile: undefined, ...change }) as unknown as Partial<User>;
  const device = { serialNumber: `arn:aws:iam::${ACCOUNT}:mfa/x`, sealedSeed: '', enabledAt: 0, lastTimeStep: 0 };
  const link = { id: 'corp/someone', connector: 'corp', subject: 'someone', groupIds: [], createdAt: 0 };
  await installation.addUser('known', { email: 'known@example.com' });
  await installation.addUser('secured', { email: 'secured@example.com', mfaDevices: [device] });
  await installation.addUser('former', {
    email: 'former@example.com',
    disabled: { directory: { reason: 'left', at: 0 } },
  });
  await installation.addUser('outside', without({ email: 'outside@example.com', links: [link] as never }));
  await installation.addUser('machine', without({ email: 'machine@example.com' }));
  await installation.addUser('like@example.com');
});
afterAll(() => installation.close());

interface Name {
  readonly account: string;
  readonly user: string;
}

/** Names that must not be told apart by what is done with them. */
const ALIKE: Readonly<Record<string, readonly Name[]>> = {
  'names in an account': [
    { account: ACCOUNT, user: 'known' },
    { account: ACCOUNT, user: 'secured' },
    { account: ACCOUNT, user: 'former' },
    { account: ACCOUNT, user: 'outside' },
    { account: ACCOUNT, user: 'machine' },
    { account: ACCOUNT, user: 'unknown' },
    { account: '999999999999', user: 'known' },
  ],
  'names in an account with an alias': [
    { account: 'example', user: 'known' },
    { account: 'example', user: 'unknown' },
    { account: 'elsewhere', user: 'known' },
  ],
  'e-mail addresses': [
    { account: '', user: 'known@example.com' },
    { account: '', user: 'secured@example.com' },
    { account: '', user: 'former@example.com' },
    { account: '', user: 'outside@example.com' },
    { account: '', user: 'root@example.com' },
    { account: '', user: 'nobody@example.com' },
  ],
  'addresses in an account, which may also be user names': [
    { account: ACCOUNT, user: 'known@example.com' },
    { account: ACCOUNT, user: 'like@example.com' },
    { account: ACCOUNT, user: 'root@example.com' },
    { account: ACCOUNT, user: 'nobody@example.com' },
  ],
};

const WRONG = 'wrong, as it happens';

/** What one request makes the server do. The order of what runs at once is left to chance. */
async function workOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  work = [];
  await act();
  return work.map((call) => call.replace('verifyDummy', 'verify')).sort();
}

/** A page without what is different for each sign-in, and without the name itself. */
function shapeOf({ status, html }: PageSeen, { account, user }: Name): unknown {
  const text = html
    .replaceAll(`value="${user}"`, 'value="NAME"')
    .replaceAll(`value="${account}"`, 'value="ACCOUNT"')
    .replaceAll(`Account: ${account}`, 'Account: ACCOUNT')
    .replace(/\/interaction\/[\w-]+/g, '')
    .replace(/name="(csrf|token)" value="[^"]*"/g, '')
    .replace(/data-passkey="[^"]*"/g, '');
  return { status, text };
}

const begin = async (): Promise<PageSeen> =>
  expectPage(await newPerson(installation.url).open((await beginLogin(app)).url.href));

describe.each(Object.entries(ALIKE))('[S25] %s: equal work whoever exists', (_, names) => {
  test('to show the ways to sign in, which are the same', async () => {
    const seen = [];
    for (const name of names) {
      const { account, user } = name;
      const page = await begin();
      let ways: PageSeen | undefined;
      const done = await workOf(async () => {
        ways = expectPage(await page.submit('continue', { account, 'user name': user }));
      });
      seen.push({ done, page: shapeOf(ways as PageSeen, name), options: optionsOn(ways as PageSeen) });
    }
    for (const each of seen) expect(each).toEqual(seen[0]);
    expect(seen[0]?.done.filter((call) => call.startsWith('users'))).toEqual([]);
    expect(seen[0]?.options).not.toContain('allowCredentials');
  });

  test('to refuse a wrong password: the same calls of the stores, hashes and writes, without waiting for the audit event', async () => {
    const seen = [];
    for (const name of names) {
      const { account, user } = name;
      const page = await begin();
      let refused: PageSeen | undefined;
      const done = await workOf(async () => {
        refused = expectPage(await typeIn(page, { account, user, password: WRONG }));
      });
      seen.push({ done, page: shapeOf(refused as PageSeen, name) });
    }
    for (const each of seen) expect(each).toEqual(seen[0]);
    expect(seen[0]?.page).toMatchObject({ status: 400 });
    const hashes = seen[0]?.done.filter((call) => call.startsWith('passwords'));
    expect(hashes).toHaveLength(1);
  });
});

function optionsOn({ html }: PageSeen): string {
  return (/data-passkey="([^"]*)"/.exec(html)?.[1] ?? '').replace(/[\w-]{43}/, 'a challenge');
}

test('[S25] a disabled user sees what everybody sees after a wrong password, and the truth only after the right one', async () => {
  const typed = async (user: string, password: string) =>
    expectPage(await typeIn(await begin(), { account: ACCOUNT, user, password }));
  const [disabled, enabled] = [await typed('former', 'wrong'), await typed('known', 'wrong')];
  expect([disabled.status, disabled.text.replaceAll('former', 'known')]).toEqual([enabled.status, enabled.text]);
  const told = await typed('former', PASSWORD);
  expect(told.status).toBe(400);
  expect(told.text).toContain('Your account is disabled. Ask your administrator.');
});

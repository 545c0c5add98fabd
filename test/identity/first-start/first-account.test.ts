import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type FirstAccountDependencies,
  firstAccount,
  firstAccountId,
  firstAccountMaker,
} from '../../../src/identity/first-start/first-account.ts';
import type { FirstAccountSettings } from '../../../src/identity/first-start/first-account-settings.ts';
import { firstStarts } from '../../../src/identity/first-start/first-start-claim.ts';
import { ignoredSettings } from '../../../src/identity/first-start/ignored-settings.ts';
import { createAccount } from '../../../src/identity/organizations/create-account.ts';
import { openPasswords } from '../../../src/identity/passwords/passwords.ts';
import { type IdentityStore, openIdentityStore } from '../../../src/identity/store/identity-store.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { type OpenKeyRing, openKeyRing } from '../../../src/keys/open-key-ring.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';
import { firstRsaKeysKept } from '../../support/signing-keys.ts';

let directory: string;
let embedded: EmbeddedStore;
let keyRing: OpenKeyRing;
let deps: FirstAccountDependencies;
/** How far the clock has been moved on, in ms. */
let late = 0;
const passwords = openPasswords({ size: 4, parameters: { memoryCost: 64, timeCost: 1, parallelism: 1 } });

const makeFirstAccount = (given: FirstAccountDependencies, settings: FirstAccountSettings) =>
  firstAccountMaker(given, settings)();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
  embedded = await openEmbeddedStore({ directory, clock: systemClock });
  const random = systemRandom();
  const { collections } = embedded;
  keyRing = await openKeyRing({
    collections,
    keyEncryptionKey: Buffer.alloc(32, 1),
    clock: systemClock,
    random,
    makePrivateKey: firstRsaKeysKept,
  });
  const store = openIdentityStore(collections);
  const claims = collections.open(firstStarts);
  late = 0;
  const clock = { now: () => systemClock.now() + late };
  deps = { store, claims, sealer: keyRing.sealer, passwords, clock, random };
});
afterEach(async () => {
  keyRing.close();
  await embedded.close();
  await rm(directory, { recursive: true });
});

const adminOf = async (accountId: string) => (await deps.store.users.find('byName', [accountId, 'admin'])).items;

test('[S32] everything that is not set is generated, differently each time', async () => {
  const first = await makeFirstAccount(deps, {});
  if (first === undefined) throw new Error('no account was made');
  expect(first.accountId).toMatch(/^[1-9]\d{11}$/);
  expect(first.rootPassword).toMatch(/^\w{24}$/);
  expect(first.adminPassword).not.toBe(first.rootPassword);
  expect(first.adminSecretAccessKey).toMatch(/^[\w+/]{40}$/);
  expect(await firstAccountId(deps.store)).toBe(first.accountId);
  const [admin] = await adminOf(first.accountId);
  expect(admin?.attachedPolicies).toMatchObject([{ policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }]);
});

test('[S43] no secret is stored in clear text', async () => {
  const first = await makeFirstAccount(deps, {});
  const stored = JSON.stringify([
    await adminOf(first?.accountId ?? ''),
    await deps.store.accounts.get([first?.accountId ?? '']),
  ]);
  for (const secret of [first?.rootPassword, first?.adminPassword, first?.adminSecretAccessKey]) {
    expect(secret).toBeDefined();
    expect(stored).not.toContain(secret);
  }
});

test('[S20] [S22] [S32] chosen passwords follow the same rules as later ones; otherwise nothing is created, and the next start can proceed at once', async () => {
  const settings = {
    accountAlias: 'examplecorp',
    rootPassword: 'password',
    adminPassword: 'ExampleCorp123456!',
    accountId: '123456789012',
  };
  await expect(makeFirstAccount(deps, settings)).rejects.toMatchObject({
    passwords: [
      { setting: 'rootPassword', reason: 'Password should have a minimum length of 15' },
      { setting: 'adminPassword', reason: 'Password should not be built from your name, account or address' },
    ],
  });
  expect(await deps.store.accounts.get(['123456789012'])).toBeUndefined();
  const better = { ...settings, rootPassword: 'seven quiet otters swim', adminPassword: 'lantern grove kettle' };
  expect(await makeFirstAccount(deps, better)).toMatchObject({ accountId: '123456789012' });
  // of no effect any more, and so no reason to refuse a start
  expect(await makeFirstAccount(deps, settings)).toBeUndefined();
});

test('[S32] later settings that differ from what is stored are reported', async () => {
  const settings = {
    accountId: '123456789012',
    accountAlias: 'examplecorp',
    rootEmail: 'Root@example.com',
    rootPassword: 'seven quiet otters swim',
    adminAccessKeyId: 'AKIAFIRSTFIRSTFIRST1',
    adminSecretAccessKey: 'a secret access key of forty characters!',
    adminPassword: 'lantern grove kettle',
  };
  await makeFirstAccount(deps, settings);
  const account = await firstAccount(deps.store);
  expect(await ignoredSettings(deps, account, settings)).toEqual([]);
  expect(await ignoredSettings(deps, account, {})).toEqual([]);
  const changed = {
    ...settings,
    rootPassword: 'marble tundra violin',
    adminSecretAccessKey: 'another secret access key',
  };
  expect(await ignoredSettings(deps, account, changed)).toEqual(['rootPassword', 'adminSecretAccessKey']);
  const others = Object.fromEntries(Object.keys(settings).map((name) => [name, `other ${name}`]));
  expect(await ignoredSettings(deps, account, others)).toEqual(Object.keys(settings));
});

/** A store whose next write of an account does not come to its end. */
const cutShort = (store: IdentityStore): IdentityStore => ({
  ...store,
  accounts: {
    ...store.accounts,
    insert: async () => {
      throw new Error('cut short');
    },
  },
});

test('a start interrupted before the account was written starts over with the same account', async () => {
  const claims = deps.claims;
  await expect(makeFirstAccount({ ...deps, store: cutShort(deps.store) }, {})).rejects.toThrow('cut short');
  const accountId = (await claims.get(['first-start']))?.accountId ?? '';
  late = 20_000;
  const second = await makeFirstAccount(deps, {});
  expect(second?.accountId).toBe(accountId);
  const [admin, ...more] = await adminOf(accountId);
  expect(more).toEqual([]);
  expect(admin?.accessKeys[0]?.accessKeyId).toBe(second?.adminAccessKeyId);
});

test('a process that slept past its claim undoes nothing and prints no secrets', async () => {
  let wake = (): void => {};
  const asleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let fell = (): void => {};
  const fallen = new Promise<void>((resolve) => {
    fell = resolve;
  });
  const sleepy: IdentityStore = {
    ...deps.store,
    users: {
      ...deps.store.users,
      async update(key, change) {
        fell();
        await asleep;
        return await deps.store.users.update(key, change);
      },
    },
  };
  const sleeper = makeFirstAccount({ ...deps, store: sleepy }, {});
  await fallen;
  late = 20_000;
  const awake = await makeFirstAccount(deps, {});
  wake();
  expect(await sleeper).toBeUndefined();
  const [admin, ...more] = await adminOf(awake?.accountId ?? '');
  expect(more).toEqual([]);
  expect(admin?.accessKeys[0]?.accessKeyId).toBe(awake?.adminAccessKeyId);
  expect((await deps.store.accounts.find('byRootEmail', [])).items).toHaveLength(1);
});

test('a lost answer does not lose the secrets', async () => {
  let lost = true;
  const { claims } = deps;
  const make = firstAccountMaker(
    {
      ...deps,
      claims: {
        ...claims,
        async update(key, change) {
          const written = await claims.update(key, change);
          if (!lost) return written;
          lost = false;
          throw new Error('no answer');
        },
      },
    },
    {},
  );
  await expect(make()).rejects.toThrow('no answer');
  expect(await make()).toMatchObject({ rootEmail: 'root@localhost' });
});

test.each([{}, { accountId: '123456789012' }])(
  'of eight concurrent starts (%j), exactly one creates the account',
  async (settings) => {
    const told = await Promise.all(Array.from({ length: 8 }, () => makeFirstAccount(deps, settings)));
    const [first, ...more] = told.filter((each) => each !== undefined);
    expect(more).toEqual([]);
    expect((await deps.store.accounts.find('byRootEmail', [])).items).toHaveLength(1);
    const users = (await deps.store.users.find('key', [])).items;
    expect(users.map(({ accessKeys }) => accessKeys[0]?.accessKeyId)).toEqual([first?.adminAccessKeyId]);
  },
);

test.each([{}, { accountId: '123456789012' }])(
  'a second start (%j) creates nothing and removes nothing',
  async (settings) => {
    const first = await makeFirstAccount(deps, settings);
    expect(await makeFirstAccount(deps, settings)).toBeUndefined();
    expect(await firstAccountId(deps.store)).toBe(first?.accountId);
    const [admin] = await adminOf(first?.accountId ?? '');
    expect(admin?.accessKeys[0]?.accessKeyId).toBe(first?.adminAccessKeyId);
    expect(await deps.store.users.count('key', [])).toBe(1);
  },
);

test('[S46] accounts that organizations create do not take the place of the first, nor that of people who sign in by their address', async () => {
  const { store } = deps;
  const { accountId } = (await makeFirstAccount(deps, { rootEmail: 'root@example.com' })) ?? { accountId: '' };
  const [admin] = await adminOf(accountId);
  await store.users.update([accountId, admin?.userId ?? ''], (old) => ({ ...old, email: 'ann@example.com' }));
  const create = (email: string, now = deps.clock.now() + 1000) =>
    createAccount(
      { ...deps, passwords },
      { email, managementAccountId: accountId, roleName: 'Admin', hasRootPassword: false, now },
    );
  for (const taken of ['Ann@example.com', 'ROOT@example.com']) expect(await create(taken)).toBe('EMAIL_ALREADY_EXISTS');
  for (const odd of ['ann,root@example.com', 'a\u200bnn@example.com', '<ann>@example.com', 'a\0nn@example.com'])
    expect(await create(odd)).toBe('INVALID_EMAIL');
  // As many as one page has, all before the first account by their address.
  const account = await firstAccount(store);
  for (let count = 0; count < 100; count++) {
    const id = String(200_000_000_000 + count);
    const { alias: _alias, ...rest } = account;
    const root = { ...account.root, email: `a${count}@example.com`, accessKeys: [] };
    await store.accounts.insert({ ...rest, accountId: id, createdAt: account.createdAt + 1000, root });
  }
  expect(await firstAccountId(store)).toBe(accountId);
});

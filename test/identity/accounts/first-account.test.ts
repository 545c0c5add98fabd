import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type FirstAccountDependencies,
  firstAccountId,
  hasAccount,
  makeFirstAccount,
} from '../../../src/identity/accounts/first-account.ts';
import { openIdentityStore } from '../../../src/identity/identity-store.ts';
import { openPasswords } from '../../../src/identity/sign-in/passwords.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { type OpenKeyRing, openKeyRing } from '../../../src/keys/open-key-ring.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

let directory: string;
let embedded: EmbeddedStore;
let keyRing: OpenKeyRing;
let deps: FirstAccountDependencies;
const passwords = openPasswords({ size: 1 });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
  embedded = await openEmbeddedStore({ directory, clock: systemClock });
  const random = systemRandom();
  const { collections } = embedded;
  keyRing = await openKeyRing({ collections, keyEncryptionKey: Buffer.alloc(32, 1), clock: systemClock, random });
  deps = { store: openIdentityStore(collections), sealer: keyRing.sealer, passwords, clock: systemClock, random };
});
afterEach(async () => {
  keyRing.close();
  await embedded.close();
  await rm(directory, { recursive: true });
});

const adminOf = async (accountId: string) => (await deps.store.users.find('byName', [accountId, 'admin'])).items;

test('[S32] everything that was not settled is made up, differently each time', async () => {
  expect(await hasAccount(deps.store)).toBe(false);
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

test('[S43] no secret is stored as it is', async () => {
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

test('a start that was cut short before the account was written begins anew', async () => {
  const wishes = { accountId: '123456789012' };
  await makeFirstAccount(deps, wishes);
  await deps.store.accounts.remove(['123456789012']);
  const second = await makeFirstAccount(deps, wishes);
  expect(second).toBeDefined();
  const [admin, ...more] = await adminOf('123456789012');
  expect(more).toEqual([]);
  expect(admin?.accessKeys[0]?.accessKeyId).toBe(second?.adminAccessKeyId);
});

test.each([{}, { accountId: '123456789012' }])(
  'who comes second (%j) makes nothing and takes nothing away',
  async (wishes) => {
    const first = await makeFirstAccount(deps, wishes);
    expect(await makeFirstAccount(deps, wishes)).toBeUndefined();
    expect(await firstAccountId(deps.store)).toBe(first?.accountId);
    const [admin] = await adminOf(first?.accountId ?? '');
    expect(admin?.accessKeys[0]?.accessKeyId).toBe(first?.adminAccessKeyId);
    expect(await deps.store.users.count('key', [])).toBe(1);
  },
);

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { openRootPasskeys } from '../../src/app/login/root-passkeys.ts';
import type { Passkey } from '../../src/identity/documents/passkey.ts';
import { type OpenIdentities, openIdentities } from '../support/open-identities.ts';

const NAME = 'rolecall_root_users_without_passkey';
const ACCOUNTS = Array.from({ length: 25 }, (_, index) => String(111_100_000_000 + index));
let scene: OpenIdentities;
beforeAll(async () => {
  scene = await openIdentities();
  for (const accountId of ACCOUNTS) await scene.addAccount(accountId);
});
afterAll(() => scene.close());

function start(publicUrl = 'https://id.example.org') {
  const lines: unknown[] = [];
  let now = 1_000_000;
  const registry = new Registry();
  const warn = openRootPasskeys({ server: { publicUrl }, signIn: {} } as never, {
    store: scene.identities,
    registry,
    log: { warn: (_message, facts) => lines.push(facts) },
    clock: { now: () => now },
  });
  const gauge = async () => (await registry.getSingleMetric(NAME)?.get())?.values[0]?.value;
  const later = (ms: number) => {
    now += ms;
  };
  return { lines, warn, gauge, later };
}
const passkeyOf = (accountId: string, rpId: string): Passkey => ({
  serialNumber: `arn:aws:iam::${accountId}:u2f/root-account/key`,
  credentialId: `of ${accountId}`,
  publicKey: 'AA',
  userHandle: 'AA',
  rpId,
  counter: 0,
  transports: [],
  isSynced: false,
  aaguid: '00000000-0000-0000-0000-000000000000',
  label: 'Key',
  enabledAt: 0,
});
const give = (accountId: string, rpId: string) =>
  scene.identities.accounts.update([accountId], ({ root, ...account }) => ({
    ...account,
    root: { ...root, passkeys: [passkeyOf(accountId, rpId)] },
  }));

test('[S26] each start names root users without a passkey, at most twenty, and the metric counts them all', async () => {
  const { lines, warn, gauge, later } = start();
  await warn();
  expect(lines).toEqual([{ count: 25, accounts: ACCOUNTS.slice(0, 20) }]);
  expect(await gauge()).toBe(25);
  await give(ACCOUNTS[0] ?? '', 'id.example.org');
  // That of a former host name is of no use.
  await give(ACCOUNTS[1] ?? '', 'former.example.org');
  later(5 * 60_000);
  expect(await gauge()).toBe(25);
  later(5 * 60_000);
  expect(await gauge()).toBe(24);
});

test('[S26] nothing is said once all have one; where browsers make none, a second factor is enough', async () => {
  for (const accountId of ACCOUNTS) await give(accountId, 'id.example.org');
  for (const url of ['https://id.example.org', 'http://192.0.2.1']) {
    const { lines, warn, gauge } = start(url);
    await warn();
    expect([lines, await gauge()]).toEqual([[], 0]);
  }
});

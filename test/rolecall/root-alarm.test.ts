import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { newPerson } from '../../harness/person.ts';
import { openRootAlarm } from '../../src/app/login/root-alarm.ts';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { accounts } from '../../src/identity/documents/account.ts';
import { users } from '../../src/identity/documents/user.ts';
import { expectPage } from '../oidc/app.ts';
import { makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const EMAIL = 'root@example.com';
const PASSWORD = 'seven quiet otters swim';

let server: InProcessServer;
let stores: Stores;
beforeAll(async () => {
  server = await startInProcess({ ROLECALL_ROOT_EMAIL: EMAIL, ROLECALL_ROOT_PASSWORD: PASSWORD }, (opened) => {
    stores = opened;
    return opened;
  });
});
afterAll(() => server.close());

async function uses(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^rolecall_root_uses_total (\d+)/m.exec(metrics)?.[1] ?? Number.NaN);
}
const flagged = () => server.events.filter(({ alarm }) => alarm === 'root-use').map(({ eventName }) => eventName);

test('[S48] every sign-in and call of the root user is counted and flagged in the audit, and no others', async () => {
  const user = await makeUser(server, 'plain');
  await server.sts(user).send(new GetCallerIdentityCommand({}));
  const stranger = newPerson(server.url);
  const form = expectPage(await stranger.open(`${server.url}/sign-in`));
  await form.submit('sign in', { account: '', 'user name': EMAIL, password: 'not the password of it' });
  // Knowing the address must not be enough to raise the alarm.
  expect([await uses(), flagged()]).toEqual([0, []]);

  const page = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
  await page.submit('sign in', { account: '', 'user name': EMAIL, password: PASSWORD });
  expect(flagged()).toContain('PasswordSignIn');
  const afterSignIn = await uses();
  expect(afterSignIn).toBeGreaterThan(0);
  const event = server.events.find(({ eventName, alarm }) => eventName === 'PasswordSignIn' && alarm === 'root-use');
  expect(event?.actor).toMatchObject({ type: 'Account', arn: `arn:aws:iam::${ACCOUNT_ID}:root` });
});

test('[S48] so is a call with an access key of the root user, also one that is refused', async () => {
  const root = await rootKey();
  const before = await uses();
  await server.sts(root).send(new GetCallerIdentityCommand({}));
  await send(server.url, signedJson(server.url, 'GetConnector', { Name: 'none' }, root));
  expect(await uses()).toBe(before + 2);
  expect(flagged()).toEqual(expect.arrayContaining(['GetCallerIdentity', 'GetConnector']));
});

test('the log has the first use at once, and the others of the minute in one line', async () => {
  const lines: unknown[] = [];
  const registry = new Registry();
  const alarm = openRootAlarm({ registry, log: { warn: (message, facts) => lines.push([message, facts]) } });
  const use = { accountId: ACCOUNT_ID, what: 'sts:GetCallerIdentity', sourceIp: '192.0.2.1' };
  for (let count = 0; count < 1000; count++) alarm.used(use);
  alarm.flush();
  expect(lines).toEqual([
    ['the root user was used', use],
    ['the root user was used', { ...use, count: 999 }],
  ]);
  expect(await registry.getSingleMetric('rolecall_root_uses_total')?.get()).toMatchObject({
    values: [{ value: 1000 }],
  });
});

/** An access key of the root user: one that was made for a user, moved in the store. */
async function rootKey(): Promise<Key> {
  const key = await makeUser(server, 'donor');
  const [people, all] = [stores.collections.open(users), stores.collections.open(accounts)];
  const [donor] = (await people.find('byName', [ACCOUNT_ID, 'donor'], { limit: 1 })).items;
  if (donor === undefined) throw new Error('the donor is gone');
  await people.update([ACCOUNT_ID, donor.userId], (user) => ({ ...user, accessKeys: [] }));
  const { accessKeys } = donor;
  await all.update([ACCOUNT_ID], (account) => ({ ...account, root: { ...account.root, accessKeys } }));
  return key;
}

import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeactivateMFADeviceCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { newPerson } from '../../harness/person.ts';
import { openSecurityAlarms } from '../../src/app/alarms/security-alarms.ts';
import { openRootAlarm } from '../../src/app/login/root-alarm.ts';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { accounts } from '../../src/identity/documents/account.ts';
import { users } from '../../src/identity/documents/user.ts';
import { expectPage } from '../oidc/app.ts';
import { makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
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

/** The value of a metric, or the sum over its labels. */
async function metric(name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

describe('[S48] what weakens an account raises an alarm', () => {
  const everything = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: ['iam:*', '*'], Resource: '*' }] });
  const harmless = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: '*' },
      { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::*' },
    ],
  });
  const given = (how: string): Promise<number> => metric('rolecall_full_access_policies_total', `how="${how}"`);

  test('a policy that allows everything: inline, attached, or by a new version of one that is attached', async () => {
    const iam = server.iam();
    await makeUser(server, 'given');
    const [UserName, PolicyName] = ['given', 'everything'];
    const put = (PolicyDocument: string) =>
      iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
    await put(withVersion(harmless));
    expect(await given('inline')).toBe(0);
    // Shown before the first one, which an alert would not see otherwise.
    const shown = await (await fetch(`${server.url}/metrics`)).text();
    expect(shown).toContain('rolecall_full_access_policies_total{how="attached"} 0');
    expect(shown).toContain('rolecall_mailed_links_total{outcome="not-me-reported"} 0');
    await put(withVersion(everything));
    expect(await given('inline')).toBe(1);

    const made = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: withVersion(harmless) }));
    const PolicyArn = made.Policy?.Arn ?? '';
    const version = (PolicyDocument: string, SetAsDefault: boolean) =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault }));
    // Nobody has it yet.
    await version(withVersion(everything), true);
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await version(withVersion(everything), false);
    expect(await given('version')).toBe(0);
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    await until(async () => (await given('version')) === 1);
    expect(await given('attached')).toBe(0);
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
    await until(async () => (await given('attached')) === 1);
    expect(await given('version')).toBe(1);
  });

  test('a second factor that is removed: by the person, or by an administrator; a refused call is none', async () => {
    const removed = (by: string): Promise<number> => metric('rolecall_factors_removed_total', `by="${by}"`);
    const key = await makeUser(server, 'removes');
    const people = stores.collections.open(users);
    const [user] = (await people.find('byName', [ACCOUNT_ID, 'removes'], { limit: 1 })).items;
    const device = (name: string) => `arn:aws:iam::${ACCOUNT_ID}:u2f/user/removes/${name}`;
    const passkey = (name: string) => ({
      ...{ serialNumber: device(name), credentialId: name, publicKey: 'AA', userHandle: 'AA', rpId: 'localhost' },
      ...{ counter: 0, transports: [], isSynced: false, aaguid: '', label: name, enabledAt: 0 },
    });
    await people.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({
      ...old,
      passkeys: ['one', 'two'].map(passkey),
    }));
    const deactivate = (by: Key, name: string) =>
      server.iam(by).send(new DeactivateMFADeviceCommand({ UserName: 'removes', SerialNumber: device(name) }));
    await expect(deactivate(key, 'one')).rejects.toThrow(/not authorized/);
    expect([await removed('person'), await removed('administrator')]).toEqual([0, 0]);
    await deactivate(server.admin, 'one');
    expect([await removed('person'), await removed('administrator')]).toEqual([0, 1]);
    const PolicyDocument = withVersion(
      JSON.stringify({ Statement: { Effect: 'Allow', Action: 'iam:DeactivateMFADevice', Resource: '*' } }),
    );
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'removes', PolicyName: 'own', PolicyDocument }));
    await deactivate(key, 'two');
    expect([await removed('person'), await removed('administrator')]).toEqual([1, 1]);
  });

  test('an access key that is used although it is older than the setting says', async () => {
    const old = (): Promise<number> => metric('rolecall_old_access_key_uses_total');
    const [young, aged] = [await makeUser(server, 'young'), await makeUser(server, 'aged')];
    const people = stores.collections.open(users);
    const [user] = (await people.find('byName', [ACCOUNT_ID, 'aged'], { limit: 1 })).items;
    await people.update([ACCOUNT_ID, user?.userId ?? ''], ({ accessKeys, ...rest }) => ({
      ...rest,
      accessKeys: accessKeys.map((key) => ({ ...key, createdAt: Date.now() - 91 * 86_400_000 })),
    }));
    await server.sts(young).send(new GetCallerIdentityCommand({}));
    expect(await old()).toBe(0);
    await server.sts(aged).send(new GetCallerIdentityCommand({}));
    await server.sts(aged).send(new GetCallerIdentityCommand({}));
    expect(await old()).toBe(2);
  });

  test('the log names an old key once a day, and a removed factor of a page each time', async () => {
    const lines: unknown[] = [];
    const log = { warn: (message: string, facts: unknown) => void lines.push([message, facts]) } as never;
    const use = { accessKeyId: 'AKIAEXAMPLE', arn: 'arn', createdAt: 0, now: 90 * 86_400_000 };
    const open = (accessKeyDays: number) =>
      openSecurityAlarms({ registry: new Registry(), log, store: {} as never, accessKeyDays, fault: () => {} });
    open(0).keyUsed(use);
    const alarms = open(90);
    alarms.keyUsed({ ...use, now: use.now - 1 });
    for (let count = 0; count < 1000; count++) alarms.keyUsed(use);
    alarms.flush();
    const line = { accessKeyId: 'AKIAEXAMPLE', arn: 'arn', days: 90 };
    const message = 'an old access key was used: replace it';
    expect(lines).toEqual([
      [message, line],
      [message, { ...line, count: 999 }],
    ]);
    const recorded: unknown[] = [];
    const event = {
      eventName: 'DeactivateMFADevice',
      outcome: 'allowed',
      actor: { arn: 'ann' },
      sourceIp: '192.0.2.1',
    };
    const record = alarms.watching(async (each) => void recorded.push(each));
    await record({ ...event, outcome: 'refused' } as never);
    await record(event as never);
    expect(lines.slice(2)).toEqual([
      ['a second factor was removed', { removedBy: 'person', of: 'ann', by: 'ann', sourceIp: '192.0.2.1' }],
    ]);
    expect(recorded).toHaveLength(2);
  });
});

const withVersion = (document: string): string => document.replace('{', '{"Version":"2012-10-17",');

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

import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  DeleteAccountPasswordPolicyCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { newPerson } from '../../harness/person.ts';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { openCredentialRounds } from '../../src/app/users/credential-rounds.ts';
import { openLastUsed } from '../../src/identity/access-keys/last-used.ts';
import { applyCredentialPolicy } from '../../src/identity/credential-policy/apply-credential-policy.ts';
import type { DueCredential } from '../../src/identity/credential-policy/due-credentials.ts';
import { openPasswords } from '../../src/identity/passwords/passwords.ts';
import { openIdentityStore } from '../../src/identity/store/identity-store.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { expectPage } from '../oidc/app.ts';
import { allow, makeUser } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

/** Rounds run by hand, on the stores of a server, at any time. */

const DAY = 86_400_000;
const PASSWORD = 'eight calm badgers dig';
let server: InProcessServer;
let stores: Stores;
beforeAll(async () => {
  server = await startInProcess({}, (opened) => {
    stores = opened;
    return opened;
  });
  const { User } = await server.iam().send(new GetUserCommand({}));
  await server.iam().send(new TagUserCommand({ UserName: User?.UserName, Tags: [{ Key: 'keep', Value: '' }] }));
});
afterAll(() => server.close());

async function call(operation: string, input: object = {}, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}

/** Sets a policy that leaves the first administrator alone. */
const put = (rules: object) => call('PutCredentialPolicy', { ExemptTag: { Key: 'keep' }, ...rules });

interface Told extends DueCredential {
  readonly user: string | undefined;
  readonly endsAt: number | undefined;
}

/** Applies the policies as a server does at a time. */
async function round(at: number) {
  const told: Told[] = [];
  const events: AuditEvent[] = [];
  const faults: unknown[] = [];
  const registry = new Registry();
  const { collections, ephemeral } = stores;
  const passwords = openPasswords({ size: 1, parameters: { memoryCost: 64, timeCost: 1, parallelism: 1 } });
  const rounds = openCredentialRounds({
    store: openIdentityStore(collections),
    ephemeral,
    lastUsed: openLastUsed({ collections, failed: (fault) => void faults.push(fault) }),
    passwords,
    notices: {
      credentialEnds: ({ userName }, due, endsAt) => void told.push({ ...due, user: userName, endsAt }),
    },
    clock: { now: () => at },
    random: systemRandom(),
    record: async (event) => void events.push(event),
    registry,
    onFault: (fault) => void faults.push(fault),
  });
  await rounds.run();
  const metrics = await registry.metrics();
  // The mark that keeps others from doing the same lasts for hours, which do not pass here.
  const { updatedAt } = (await openIdentityStore(collections).accounts.get(['123456789012']))?.credentialPolicy ?? {};
  await ephemeral.delete([`credential-round/123456789012/${updatedAt}`]);
  await rounds.close();
  await passwords.close();
  expect(faults).toEqual([]);
  return { told, events, due: Number(/^rolecall_credentials_due (\d+)/m.exec(metrics)?.[1]) };
}

const isActive = async (UserName: string, { accessKeyId }: Key) => {
  const { AccessKeyMetadata = [] } = await server.iam().send(new ListAccessKeysCommand({ UserName }));
  return AccessKeyMetadata.find((key) => key.AccessKeyId === accessKeyId)?.Status === 'Active';
};
const update = (UserName: string, { accessKeyId: AccessKeyId }: Key, Status: 'Active' | 'Inactive') =>
  server.iam().send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
const ofUser = (told: readonly Told[], name: string) => told.filter(({ user }) => user === name);

test('a policy is set, shown and removed; without a rule, it is refused', async () => {
  expect(await call('GetCredentialPolicy')).toMatchObject({ status: 400, __type: 'NoSuchCredentialPolicyException' });
  expect(await call('ListDueCredentials')).toMatchObject({ status: 400 });
  expect(await call('PutCredentialPolicy', { Mode: 'ENFORCE' })).toMatchObject({
    status: 400,
    __type: 'ValidationException',
  });
  const rules = { AccessKeyMaxAgeDays: 90, ExemptTag: { Key: 'long-term', Value: 'yes' }, WarningDays: 7 };
  const shown = {
    ...rules,
    TemporaryCredentialsOnly: false,
    Mode: 'REPORT',
    UpdatedAt: expect.any(Number),
    status: 200,
  };
  expect(await call('PutCredentialPolicy', rules)).toEqual(shown);
  expect(await call('GetCredentialPolicy')).toEqual(shown);
  const key = await makeUser(server, 'reader', allow('iam:GetUser'));
  for (const name of ['GetCredentialPolicy', 'ListDueCredentials', 'DeleteCredentialPolicy']) {
    expect(await call(name, {}, key)).toMatchObject({ __type: 'AccessDeniedException' });
  }
  expect(await call('PutCredentialPolicy', rules, key)).toMatchObject({ __type: 'AccessDeniedException' });
  expect(await call('DeleteCredentialPolicy')).toEqual({ status: 200 });
  expect(await call('DeleteCredentialPolicy')).toMatchObject({ status: 400 });
});

test('an old key: listed only at first; then its user is warned, and it ends when the warning is old enough', async () => {
  const key = await makeUser(server, 'old', allow('iam:GetUser'));
  const now = Date.now();
  await put({ AccessKeyMaxAgeDays: 90 });
  const later = now + 91 * DAY;
  const reported = await round(later);
  expect(reported.told).toEqual([]);
  expect(reported.events).toEqual([]);
  expect(reported.due).toBeGreaterThan(0);
  await put({ AccessKeyMaxAgeDays: 90, Mode: 'ENFORCE', WarningDays: 14 });
  const warned = await round(later);
  expect(ofUser(warned.told, 'old')).toEqual([
    expect.objectContaining({ accessKeyId: key.accessKeyId, reason: 'age', days: 90, endsAt: later + 14 * DAY }),
  ]);
  expect(warned.events).toContainEqual(
    expect.objectContaining({
      eventName: 'WarnOfCredentialEnd',
      actor: { type: 'Service' },
      request: expect.objectContaining({ accessKeyId: key.accessKeyId, reason: 'age' }),
    }),
  );
  // No second warning, and no end before its time.
  expect(ofUser((await round(later + 14 * DAY - 1)).told, 'old')).toEqual([]);
  expect(await isActive('old', key)).toBe(true);
  const ended = await round(later + 14 * DAY);
  expect(ofUser(ended.told, 'old')).toEqual([expect.objectContaining({ endsAt: undefined })]);
  expect(ended.events.map(({ eventName }) => eventName)).toContain('DeactivateAccessKey');
  expect(await isActive('old', key)).toBe(false);
  // These stores tell the server nothing of their changes.
  const refusal = () =>
    server
      .iam(key)
      .send(new GetUserCommand({}))
      .then(
        () => '',
        ({ name }: Error) => name,
      );
  await until(async () => (await refusal()) === 'InvalidClientTokenId');
  expect(ofUser(ended.told, 'reader')).toHaveLength(1);
});

test('a key that is too old cannot be made active again, by anybody', async () => {
  const key = await makeUser(server, 'again', allow('iam:*'));
  await update('again', key, 'Inactive');
  await put({ AccessKeyMaxAgeDays: 1, Mode: 'ENFORCE' });
  await update('again', key, 'Active');
  await update('again', key, 'Inactive');
  // The key is aged in the store, because the server's clock stays.
  const { users } = openIdentityStore(stores.collections);
  const [user] = (await users.find('byName', ['123456789012', 'again'])).items;
  if (user === undefined) throw new Error('no user');
  await users.update([user.accountId, user.userId], (old) => ({
    ...old,
    accessKeys: old.accessKeys.map((each) => ({ ...each, createdAt: each.createdAt - 2 * DAY })),
  }));
  await expect(update('again', key, 'Active')).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('create a new one'),
  });
  await server.iam().send(new TagUserCommand({ UserName: 'again', Tags: [{ Key: 'robot', Value: 'x' }] }));
  await put({ AccessKeyMaxAgeDays: 1, Mode: 'ENFORCE', ExemptTag: { Key: 'robot' } });
  await update('again', key, 'Active');
});

test('an unused key: a use, or making it active again, takes it off the list and withdraws the warning', async () => {
  const key = await makeUser(server, 'idle', allow('iam:GetUser'));
  await put({ AccessKeyUnusedDays: 30, Mode: 'ENFORCE', WarningDays: 5 });
  const now = Date.now();
  const { users } = openIdentityStore(stores.collections);
  const warnedAt = async () => {
    const [user] = (await users.find('byName', ['123456789012', 'idle'])).items;
    return user?.accessKeys[0]?.warnedAt;
  };
  expect(ofUser((await round(now + 26 * DAY)).told, 'idle')).toMatchObject([{ reason: 'unused', days: 30 }]);
  expect(await warnedAt()).toBeDefined();
  await server.iam(key).send(new GetUserCommand({}));
  await update('idle', key, 'Inactive');
  await update('idle', key, 'Active');
  await round(Date.now() + 24 * DAY);
  expect(await warnedAt()).toBeUndefined();
  expect(await isActive('idle', key)).toBe(true);
});

test('an unused password ends: it lets nobody in, and an administrator sets a new one', async () => {
  await makeUser(server, 'sleeper', allow('iam:GetUser'));
  await server
    .iam()
    .send(new CreateLoginProfileCommand({ UserName: 'sleeper', Password: PASSWORD, PasswordResetRequired: false }));
  await put({ PasswordUnusedDays: 60, Mode: 'ENFORCE', WarningDays: 0 });
  const signIn = async () => {
    const page = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
    return expectPage(await page.submit('sign in', { 'user name': 'sleeper', password: PASSWORD })).heading;
  };
  expect(await signIn()).toBe('Your account');
  const now = Date.now();
  expect(ofUser((await round(now + 59 * DAY)).told, 'sleeper')).toEqual([]);
  expect(ofUser((await round(now + 61 * DAY)).told, 'sleeper')).toMatchObject([{ kind: 'password', reason: 'unused' }]);
  const { told, events } = await round(now + 61 * DAY + 1);
  expect(ofUser(told, 'sleeper')).toMatchObject([{ kind: 'password', endsAt: undefined }]);
  expect(events.map(({ eventName }) => eventName)).toContain('DeactivatePassword');
  expect(await signIn()).toBe('Sign in');
  expect(ofUser((await round(now + 70 * DAY)).told, 'sleeper')).toEqual([]);
});

test('other changes of a user put off no end: a warning stands, and is not given twice', async () => {
  const key = await makeUser(server, 'busy', allow('iam:*'));
  await server
    .iam()
    .send(new CreateLoginProfileCommand({ UserName: 'busy', Password: PASSWORD, PasswordResetRequired: true }));
  await put({ PasswordUnusedDays: 60, Mode: 'ENFORCE', WarningDays: 5 });
  const due = Date.now() + 61 * DAY;
  expect(ofUser((await round(due)).told, 'busy')).toMatchObject([{ kind: 'password', endsAt: due + 5 * DAY }]);
  await update('busy', key, 'Inactive');
  await update('busy', key, 'Active');
  expect(ofUser((await round(due + DAY)).told, 'busy')).toEqual([]);
  expect(ofUser((await round(due + 5 * DAY)).told, 'busy')).toMatchObject([{ kind: 'password', endsAt: undefined }]);
  // What an administrator has blocked stays so: a mailbox must not undo it.
  const [user] = (await openIdentityStore(stores.collections).users.find('byName', ['123456789012', 'busy'])).items;
  expect(user?.loginProfile).toMatchObject({ isPasswordless: true, resetRequired: true });
});

test('a warning from before the policy was only reported, or removed, does not count', async () => {
  const key = await makeUser(server, 'twice', allow('iam:GetUser'));
  const rules = { AccessKeyMaxAgeDays: 1, WarningDays: 5 };
  const later = Date.now() + 10 * DAY;
  // The server's clock stays, so the warning is moved.
  const { users } = openIdentityStore(stores.collections);
  const warnedLongAgo = async () => {
    const [user] = (await users.find('byName', ['123456789012', 'twice'])).items;
    await users.update(['123456789012', user?.userId ?? ''], (old) => ({
      ...old,
      accessKeys: old.accessKeys.map((each) => ({ ...each, warnedAt: Date.now() - 30 * DAY })),
    }));
  };
  for (const interrupt of [() => put(rules), () => call('DeleteCredentialPolicy')]) {
    await put({ ...rules, Mode: 'ENFORCE' });
    await warnedLongAgo();
    await interrupt();
    await put({ ...rules, Mode: 'ENFORCE' });
    expect(ofUser((await round(later)).told, 'twice')).toMatchObject([{ endsAt: later + 5 * DAY }]);
    expect(await isActive('twice', key)).toBe(true);
  }
  // Another policy in the place of an enforced one changes nothing.
  await put({ ...rules, AccessKeyMaxAgeDays: 2, Mode: 'ENFORCE' });
  expect(ofUser((await round(later + 5 * DAY)).told, 'twice')).toMatchObject([{ endsAt: undefined }]);
  expect(await isActive('twice', key)).toBe(false);
});

test('a password that only an administrator can replace stays so, and no passkey takes its place', async () => {
  await makeUser(server, 'expired');
  await server
    .iam()
    .send(new CreateLoginProfileCommand({ UserName: 'expired', Password: PASSWORD, PasswordResetRequired: false }));
  const policy = { MinimumPasswordLength: 8, MaxPasswordAge: 30, HardExpiry: true };
  await server.iam().send(new UpdateAccountPasswordPolicyCommand(policy));
  try {
    await put({ PasswordUnusedDays: 60, Mode: 'ENFORCE', WarningDays: 0 });
    const later = Date.now() + 61 * DAY;
    await round(later);
    expect(ofUser((await round(later + DAY)).told, 'expired')).toEqual([]);
    const [user] = (await openIdentityStore(stores.collections).users.find('byName', ['123456789012', 'expired']))
      .items;
    expect(user?.loginProfile?.isPasswordless).toBeUndefined();
  } finally {
    await server.iam().send(new DeleteAccountPasswordPolicyCommand({}));
  }
});

test('a round ends with its policy, and a fault about one user spares no other', async () => {
  for (const name of ['faulty', 'sound']) await makeUser(server, name);
  await server.iam().send(new CreateLoginProfileCommand({ UserName: 'faulty', Password: PASSWORD }));
  await put({ AccessKeyMaxAgeDays: 1, PasswordUnusedDays: 1, Mode: 'ENFORCE', WarningDays: 0 });
  const store = openIdentityStore(stores.collections);
  const account = await store.accounts.get(['123456789012']);
  const policy = account?.credentialPolicy;
  if (account === undefined || policy === undefined) throw new Error('no policy');
  const names: string[] = [];
  const tell = ({ userName }: { readonly userName: string }) => void names.push(userName);
  const unknownPasswordHash = () => Promise.reject(new Error('no hash'));
  const lastUsed = { lastUse: async () => undefined };
  const closing = new AbortController();
  const deps = { store, lastUsed, unknownPasswordHash, warned: tell, ended: tell };
  const apply = (now: number, signal = new AbortController().signal) =>
    applyCredentialPolicy({ ...deps, signal }, { account, policy, now });
  const later = Date.now() + 3 * DAY;
  await apply(later);
  expect(names).toEqual(expect.arrayContaining(['faulty', 'sound']));
  names.length = 0;
  await expect(apply(later + 1)).rejects.toThrow('no hash');
  expect(names).toContain('sound');
  names.length = 0;
  await makeUser(server, 'spared');
  closing.abort(new Error('closed'));
  await expect(apply(later + 2, closing.signal)).rejects.toThrow('closed');
  await call('DeleteCredentialPolicy');
  expect([await apply(later + 2), names]).toEqual([0, []]);
});

test('people use temporary credentials only: no new keys, those there end, but for users with the tag', async () => {
  const [key, robot] = [
    await makeUser(server, 'person', allow('iam:*')),
    await makeUser(server, 'robot', allow('iam:*')),
  ];
  await server.iam().send(new TagUserCommand({ UserName: 'robot', Tags: [{ Key: 'keep', Value: 'yes' }] }));
  const rules = { TemporaryCredentialsOnly: true, ExemptTag: { Key: 'keep' }, WarningDays: 1 };
  await put(rules);
  await server.iam(robot).send(new GetUserCommand({}));
  await put({ ...rules, Mode: 'ENFORCE' });
  const create = (UserName: string) => server.iam().send(new CreateAccessKeyCommand({ UserName }));
  await expect(create('person')).rejects.toMatchObject({ name: 'AccessDenied' });
  await create('robot');
  const now = Date.now();
  await round(now + 1000);
  await round(now + 2 * DAY);
  expect([await isActive('person', key), await isActive('robot', robot)]).toEqual([false, true]);
  await expect(update('person', key, 'Active')).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('what is due is listed page by page, each credential once', async () => {
  await put({ AccessKeyMaxAgeDays: 1, PasswordUnusedDays: 1, Mode: 'ENFORCE', WarningDays: 14 });
  for (const name of ['listed', 'noted']) await makeUser(server, name);
  const list = async (input: object) => (await call('ListDueCredentials', input)) as unknown as Listed;
  const all = (await list({})).DueCredentials;
  const names = all.map(({ UserName, Kind }) => `${UserName} ${Kind}`);
  expect(names).toEqual(expect.arrayContaining(['listed ACCESS_KEY', 'noted ACCESS_KEY']));
  const paged: Listed['DueCredentials'][number][] = [];
  for (let NextToken: string | undefined, turn = 0; turn === 0 || NextToken !== undefined; turn++) {
    const page = await list({ MaxResults: 1, NextToken });
    expect(page.DueCredentials.length).toBeLessThanOrEqual(1);
    paged.push(...page.DueCredentials);
    NextToken = page.NextToken;
  }
  expect(paged.map(({ InactiveFrom: _time, ...rest }) => rest)).toEqual(
    all.map(({ InactiveFrom: _time, ...rest }) => rest),
  );
  const marker = (position: unknown, name = 'ListDueCredentials') =>
    Buffer.from(JSON.stringify([name, position])).toString('base64url');
  for (const position of ['{', 'null', '[5,0]', '[null,-1]', 'x:', '-1:', '0:no cursor', '0:\u0000', 7, []]) {
    expect(await list({ NextToken: marker(position) })).toMatchObject({ status: 400, __type: 'ValidationException' });
  }
  expect(await call('ListInvitations', { NextToken: marker('no cursor', 'ListInvitations') })).toMatchObject({
    status: 400,
  });
  expect(await list({ NextToken: 'made-up' })).toMatchObject({ status: 400, __type: 'ValidationException' });
});

interface Listed {
  readonly DueCredentials: readonly {
    readonly UserName: string;
    readonly Kind: string;
    readonly InactiveFrom: number;
  }[];
  readonly NextToken?: string;
}

import { afterAll, beforeEach, expect, test } from '@jest/globals';
import type { Passkey } from '../../src/identity/documents/passkey.ts';
import {
  ACCOUNT_ID,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
} from './support/iam-under-test.ts';

/** The columns of a report that AWS made in 2026. */
const HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,' +
  'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
  'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const NO_KEY = 'false,N/A,N/A,N/A,N/A';
const NO_CERTIFICATES = 'false,N/A,false,N/A';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const dateOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const PASSKEY: Passkey = {
  serialNumber: 'p',
  credentialId: 'c',
  publicKey: '',
  userHandle: '',
  rpId: 'localhost',
  counter: 0,
  transports: [],
  isSynced: true,
  aaguid: '',
  label: 'Phone',
  enabledAt: START,
};

let iam: IamUnderTest;
beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
});
afterAll(() => iam.close());

const generate = (caller = rootOf(ACCOUNT_ID)) => iam.call('GenerateCredentialReport', {}, caller);
const get = (caller = rootOf(ACCOUNT_ID)) => iam.call('GetCredentialReport', {}, caller);

/** Asks until the report is complete, as clients do. */
async function report(caller = rootOf(ACCOUNT_ID)): Promise<readonly string[]> {
  for (let asked = 0; (await generate(caller)).State !== 'COMPLETE'; asked++) {
    if (asked > 1000) throw new Error('the report is never complete');
    await new Promise(setImmediate);
  }
  const { Content, ReportFormat } = await get(caller);
  expect(ReportFormat).toBe('text/csv');
  return Buffer.from(Content).toString('utf8').split('\n');
}

test('the states of a report: none, started, complete and unchanged for four hours, expired', async () => {
  expect(await refusalOf(get())).toMatchObject({ code: 'ReportNotPresent', status: 410 });
  const started = {
    State: 'STARTED',
    Description: 'No report exists. Starting a new report generation task',
  };
  expect(await generate()).toEqual(started);
  const first = await report();
  expect(await generate()).toEqual({ State: 'COMPLETE' });
  const { GeneratedTime } = await get();
  expect(GeneratedTime).toEqual(new Date(START));

  await iam.call('CreateUser', { UserName: 'new' });
  iam.clock.advance(4 * HOUR - 1000);
  expect(await report()).toEqual(first);
  iam.clock.advance(2000);
  expect(await refusalOf(get())).toMatchObject({ code: 'ReportExpired', status: 410 });
  expect(await generate()).toEqual({ State: 'STARTED' });
  expect((await report()).length).toBe(first.length + 1);
});

test('while it is written, it is in progress, and several callers start one', async () => {
  const [first, second] = await Promise.all([generate(), generate()]);
  expect([first.State, second.State].sort()).toEqual(['INPROGRESS', 'STARTED']);
  await report();
});

test('a report that its process never finished can be started again after a minute', async () => {
  const { ephemeral } = iam.deps;
  await ephemeral.set(`credential-report-writer/${ACCOUNT_ID}`, 'another process', 60_000);
  expect(await generate()).toEqual({ State: 'INPROGRESS' });
  expect(await refusalOf(get())).toMatchObject({ code: 'ReportInProgress', status: 404 });
  iam.clock.advance(61_000);
  expect(await generate()).toMatchObject({ State: 'STARTED' });
  expect((await report())[0]).toBe(HEADER);
});

test('the root user comes first, and the report has no line feed at its end', async () => {
  await iam.call('CreateUser', { UserName: 'aaa' });
  const lines = await report();
  expect(lines).toHaveLength(3);
  expect(lines.slice(0, 2)).toEqual([
    HEADER,
    `<root_account>,arn:aws:iam::${ACCOUNT_ID}:root,${dateOf(START)},not_supported,no_information,not_supported,not_supported,false,${NO_KEY},${NO_KEY},${NO_CERTIFICATES}`,
  ]);
});

test('a user: password, its rotation, access keys and their last use, in the order of their ids', async () => {
  await iam.call('CreateUser', { UserName: 'Zoe', Path: '/staff/' });
  await iam.call('CreateUser', { UserName: 'adam' });
  await iam.call('CreateLoginProfile', { UserName: 'Zoe', Password: 'a winter evening 27' });
  await iam.call('UpdateAccountPasswordPolicy', { MaxPasswordAge: 90 });
  iam.clock.advance(DAY);
  const ids: string[] = [];
  for (let i = 0; i < 2; i++) {
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'Zoe' });
    ids.push(AccessKey.AccessKeyId);
  }
  const [used = '', idle = ''] = ids;
  await iam.call('UpdateAccessKey', { UserName: 'Zoe', AccessKeyId: idle, Status: 'Inactive' });
  const now = START + DAY + HOUR;
  iam.deps.lastUsed.recordAccessKeyUse({ accessKeyId: used, service: 'sts', region: 'eu-west-1', now });
  await iam.deps.lastUsed.flush();
  const created = dateOf(START + DAY);
  const keys = new Map([
    [used, `true,${created},${dateOf(now)},eu-west-1,sts`],
    [idle, `false,${created},N/A,N/A,N/A`],
  ]);
  const [, , adam, zoe] = await report();
  expect(adam).toBe(
    `adam,arn:aws:iam::${ACCOUNT_ID}:user/adam,${dateOf(START)},false,N/A,N/A,N/A,false,${NO_KEY},${NO_KEY},${NO_CERTIFICATES}`,
  );
  const keyCells = ids.sort().map((id) => keys.get(id));
  expect(zoe).toBe(
    `Zoe,arn:aws:iam::${ACCOUNT_ID}:user/staff/Zoe,${dateOf(START)},true,no_information,${dateOf(START)},${dateOf(START + 90 * DAY)},false,${keyCells.join(',')},${NO_CERTIFICATES}`,
  );
});

test('MFA devices and passkeys count as active, and a used password has its date', async () => {
  const { users } = iam.deps.store;
  for (const UserName of ['passkey', 'totp']) await iam.call('CreateUser', { UserName });
  const { items } = await users.find('byName', [ACCOUNT_ID]);
  const [passkey, totp] = items;
  const loginProfile = { passwordHash: '', createdAt: START, changedAt: START, resetRequired: false, formerHashes: [] };
  await users.update([ACCOUNT_ID, passkey?.userId ?? ''], (old) => ({
    ...old,
    loginProfile,
    passwordLastUsedAt: START + 1500,
    passkeys: [PASSKEY],
  }));
  await users.update([ACCOUNT_ID, totp?.userId ?? ''], (old) => ({
    ...old,
    mfaDevices: [{ serialNumber: 's', sealedSeed: '', enabledAt: START, lastTimeStep: 0 }],
  }));
  const [, , first = '', second = ''] = await report();
  expect(first.split(',').slice(3, 8)).toEqual(['true', dateOf(START + 1000), dateOf(START), 'N/A', 'true']);
  expect(second.split(',')[7]).toBe('true');
});

test('names with commas are quoted', async () => {
  await iam.call('CreateUser', { UserName: 'a,b' });
  expect((await report())[2]).toMatch(new RegExp(`^"a,b","arn:aws:iam::${ACCOUNT_ID}:user/a,b",`));
});

test('[S46] each account has its own report', async () => {
  await iam.call('CreateUser', { UserName: 'mine' });
  await report();
  const other = rootOf(OTHER_ACCOUNT_ID);
  expect(await refusalOf(get(other))).toMatchObject({ code: 'ReportNotPresent' });
  expect((await report(other)).join()).not.toContain('mine');
});

test('more users than a page', async () => {
  for (let i = 0; i < 101; i++) await iam.call('CreateUser', { UserName: `u${i}` });
  const lines = await report();
  expect(new Set(lines).size).toBe(103);
});

import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_ID,
  allPages,
  type IamUnderTest,
  openIam,
  refusalOf,
  rootOf,
  START,
} from './support/iam-under-test.ts';

let iam: IamUnderTest;
beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'Alice' });
});
afterAll(() => iam.close());

const CODE_COMMIT = 'codecommit.amazonaws.com';
const BEDROCK = 'bedrock.amazonaws.com';
const DAY = 24 * 60 * 60_000;
const create = async (ServiceName = CODE_COMMIT, more: object = {}) =>
  (await iam.call('CreateServiceSpecificCredential', { UserName: 'alice', ServiceName, ...more }))
    .ServiceSpecificCredential;
const list = async (input: object = { UserName: 'alice' }) =>
  (await iam.call('ListServiceSpecificCredentials', input)).ServiceSpecificCredentials;
const named = (ServiceSpecificCredentialId: string, UserName = 'alice') => ({ UserName, ServiceSpecificCredentialId });
const stored = async () => {
  const { items } = await iam.deps.store.users.find('byName', [ACCOUNT_ID, 'alice']);
  return items[0]?.serviceCredentials ?? [];
};
const digest = (secret: string) => createHash('sha256').update(secret).digest('base64url');

describe.each([CODE_COMMIT, 'cassandra.amazonaws.com'])('[aws-behaviour 44] a password for %s', (service) => {
  test('is created, listed, made inactive, reset and deleted; only its hash is stored', async () => {
    const created = await create(service);
    const { ServicePassword: password, ...metadata } = created;
    expect(metadata).toEqual({
      UserName: 'Alice',
      ServiceName: service,
      ServiceUserName: `Alice-at-${ACCOUNT_ID}`,
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{16}$/),
      Status: 'Active',
      CreateDate: new Date(START),
    });
    expect(password).toMatch(/^[A-Za-z0-9+/]{59}=$/);
    expect(await stored()).toMatchObject([{ secretHash: digest(password) }]);
    expect(JSON.stringify(await stored())).not.toContain(password);
    expect(await list()).toEqual([metadata]);
    const id = metadata.ServiceSpecificCredentialId;
    const inactive = { ...metadata, Status: 'Inactive' };
    expect(await iam.call('UpdateServiceSpecificCredential', { ...named(id), Status: 'Inactive' })).toEqual({});
    expect(await list()).toEqual([inactive]);
    const { ServiceSpecificCredential: reset } = await iam.call('ResetServiceSpecificCredential', named(id));
    expect(reset).toEqual({ ...inactive, ServicePassword: expect.stringMatching(/^.{59}=$/) });
    expect(reset.ServicePassword).not.toBe(password);
    expect(await stored()).toMatchObject([{ secretHash: digest(reset.ServicePassword) }]);
    expect(await iam.call('DeleteServiceSpecificCredential', named(id))).toEqual({});
    expect(await list()).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});

test.each([
  [BEDROCK, 'ABSK'],
  ['logs.amazonaws.com', 'ACWL'],
  ['cloudwatch.amazonaws.com', 'APIAACWM'],
])('[aws-behaviour 44] an API key for %s expires after its days', async (service, prefix) => {
  const { ServiceCredentialSecret: secret, ...metadata } = await create(service, { CredentialAgeDays: 90 });
  const alias = `Alice-at-${ACCOUNT_ID}`;
  expect(metadata).toMatchObject({
    ServiceCredentialAlias: alias,
    CreateDate: new Date(START),
    ExpirationDate: new Date(START + 90 * DAY),
    Status: 'Active',
  });
  expect(metadata).not.toHaveProperty('ServiceUserName');
  expect(metadata).not.toHaveProperty('ServicePassword');
  expect(secret.startsWith(prefix)).toBe(true);
  expect(Buffer.from(secret.slice(prefix.length), 'base64').toString()).toMatch(new RegExp(`^${alias}:.{60}$`));
  iam.clock.advance(90 * DAY - 1);
  expect(await list()).toEqual([metadata]);
  iam.clock.advance(1);
  expect(await list()).toEqual([{ ...metadata, Status: 'Expired' }]);
  expect((await create(service)).ExpirationDate).toBeUndefined();
});

test('two for each service and user, inactive and expired ones included, with names of their own', async () => {
  const first = await create();
  await iam.call('UpdateServiceSpecificCredential', {
    ...named(first.ServiceSpecificCredentialId),
    Status: 'Inactive',
  });
  expect((await create()).ServiceUserName).toBe(`Alice+1-at-${ACCOUNT_ID}`);
  expect(await refusalOf(create())).toEqual({
    code: 'LimitExceeded',
    status: 409,
    message: 'Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2',
  });
  expect((await create(BEDROCK)).ServiceCredentialAlias).toBe(`Alice-at-${ACCOUNT_ID}`);
  // Of two at a time, one finds the quota used up, and no name is given twice.
  await iam.call('DeleteServiceSpecificCredential', named(first.ServiceSpecificCredentialId));
  const results = await Promise.allSettled([create(), create()]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a user whose name looks like the second name of another gets a name of its own', async () => {
  await create();
  await create();
  await iam.call('CreateUser', { UserName: 'alice+1' });
  expect((await create(CODE_COMMIT, { UserName: 'alice+1' })).ServiceUserName).toBe(`alice+1+1-at-${ACCOUNT_ID}`);
});

test('a user whose names others have all taken is told so', async () => {
  await iam.call('CreateUser', { UserName: 'bob' });
  const { userId } = (await iam.deps.store.users.find('byName', [ACCOUNT_ID, 'bob'])).items[0] ?? { userId: '' };
  const taken = Array.from({ length: 21 }, (_, number) => ({
    credentialId: `ACCA${number}`,
    serviceName: CODE_COMMIT,
    alias: 'x',
    aliasKey: `${CODE_COMMIT}/alice${number === 0 ? '' : `+${number}`}-at-${ACCOUNT_ID}`,
    secretHash: '',
    status: 'Active' as const,
    createdAt: START,
  }));
  await iam.deps.store.users.update([ACCOUNT_ID, userId], (old) => ({ ...old, serviceCredentials: taken }));
  expect(await refusalOf(create())).toMatchObject({ code: 'LimitExceeded', status: 409 });
});

describe('[aws-behaviour 44] errors', () => {
  const unsupported = (service: string) => ({
    code: 'NoSuchEntity',
    status: 404,
    message: `No such service ${service} is supported for Service Specific Credentials`,
  });
  const noUser = { code: 'NoSuchEntity', status: 404, message: 'The user with name nobody cannot be found.' };

  test('for users and services that do not exist', async () => {
    for (const service of ['nonexistentservice.amazonaws.com', 'o3on3n3onosneo', 'lambda.amazonaws.com']) {
      expect(await refusalOf(create(service))).toEqual(unsupported(service));
      expect(await refusalOf(create(service, { UserName: 'nobody' }))).toEqual(noUser);
      expect(await refusalOf(list({ UserName: 'alice', ServiceName: service }))).toEqual(unsupported(service));
      expect(await refusalOf(list({ AllUsers: true, ServiceName: service }))).toEqual(unsupported(service));
    }
  });

  test('for credentials of others, and for ids that do not exist', async () => {
    const { ServiceSpecificCredentialId: id } = await create();
    await iam.call('CreateUser', { UserName: 'bob' });
    const status = { Status: 'Inactive' };
    for (const operation of ['Update', 'Reset', 'Delete']) {
      const call = (input: object) => iam.call(`${operation}ServiceSpecificCredential`, { ...input, ...status });
      expect(await refusalOf(call(named(id, 'nobody')))).toEqual(noUser);
      expect(await refusalOf(call(named(id, 'bob')))).toEqual({
        code: 'NoSuchEntity',
        status: 404,
        message: `No such credential ${id} exists`,
      });
      expect((await refusalOf(call(named('satisfiesregexbutstillinvalid')))).message).toBe(
        'No such credential satisfiesregexbutstillinvalid exists',
      );
      expect((await refusalOf(call({ ServiceSpecificCredentialId: id }))).code).toBe('ValidationError');
    }
    expect(await list()).toMatchObject([{ Status: 'Active' }]);
  });

  test('for a user who still has one', async () => {
    await create();
    expect(await refusalOf(iam.call('DeleteUser', { UserName: 'alice' }))).toEqual({
      code: 'DeleteConflict',
      status: 409,
      message: 'Cannot delete entity, must remove referenced objects first.',
    });
  });

  test.each([
    [BEDROCK, 0, 'greater than or equal to 1'],
    [BEDROCK, 36_601, 'less than or equal to 36600'],
    [CODE_COMMIT, 30, 'have no CredentialAgeDays'],
  ])('for %s with %d days', async (service, CredentialAgeDays, message) => {
    const refusal = await refusalOf(create(service, { CredentialAgeDays }));
    expect(refusal).toMatchObject({ code: 'ValidationError', message: expect.stringContaining(message) });
  });
});

test('the lists: by service, of all users, and page by page', async () => {
  for (const UserName of ['carol', 'Bob']) {
    await iam.call('CreateUser', { UserName });
    await create(BEDROCK, { UserName });
  }
  await create();
  iam.clock.advance(1000);
  await create(BEDROCK);
  const shown = (all: { UserName: string; ServiceName: string }[]) =>
    all.map(({ UserName, ServiceName }) => `${UserName} ${ServiceName.split('.')[0]}`);
  expect(shown(await list({ UserName: 'alice', ServiceName: BEDROCK }))).toEqual(['Alice bedrock']);
  expect(shown(await list({ AllUsers: true, ServiceName: CODE_COMMIT }))).toEqual(['Alice codecommit']);
  const everyone = ['Alice codecommit', 'Alice bedrock', 'Bob bedrock', 'carol bedrock'];
  expect(shown(await list({ AllUsers: true }))).toEqual(everyone);
  const input = { AllUsers: true, MaxItems: 3 };
  const how = { operation: 'ListServiceSpecificCredentials', member: 'ServiceSpecificCredentials', input };
  const pages = await allPages<{ UserName: string; ServiceName: string }>(iam, how);
  expect(pages.map(shown)).toEqual([everyone.slice(0, 3), everyone.slice(3)]);
  expect((await refusalOf(list({ AllUsers: true, UserName: 'alice' }))).code).toBe('ValidationError');
  expect((await refusalOf(list({ AllUsers: true, MaxItems: 1001 }))).code).toBe('ValidationError');
});

test('[Service Authorization Reference, IAM] creation is authorised with the service and the days', async () => {
  const resource = `arn:aws:iam::${ACCOUNT_ID}:user/Alice`;
  const [target] = await iam.targets('CreateServiceSpecificCredential', {
    UserName: 'alice',
    ServiceName: BEDROCK,
    CredentialAgeDays: 30,
  });
  expect(target).toMatchObject({ action: 'iam:CreateServiceSpecificCredential', resource });
  expect(Object.fromEntries(target?.conditions ?? [])).toEqual({
    'iam:servicespecificcredentialservicename': BEDROCK,
    'iam:servicespecificcredentialagedays': '30',
  });
  for (const operation of ['Update', 'Reset', 'Delete']) {
    const [other] = await iam.targets(`${operation}ServiceSpecificCredential`, named('ACCAX'));
    expect(other).toMatchObject({ action: `iam:${operation}ServiceSpecificCredential`, resource });
    expect(other?.conditions).toBeUndefined();
  }
});

test('without a user name it is the caller; the root user has none', async () => {
  const alice = await iam.userCaller('alice');
  const { ServiceSpecificCredentialId: id } = await create();
  expect(await iam.call('ListServiceSpecificCredentials', {}, alice)).toMatchObject({
    ServiceSpecificCredentials: [{ ServiceSpecificCredentialId: id }],
  });
  expect(await iam.call('DeleteServiceSpecificCredential', { ServiceSpecificCredentialId: id }, alice)).toEqual({});
  const root = rootOf(ACCOUNT_ID);
  const refusal = await refusalOf(
    iam.call('ResetServiceSpecificCredential', { ServiceSpecificCredentialId: id }, root),
  );
  expect(refusal.code).toBe('ValidationError');
});

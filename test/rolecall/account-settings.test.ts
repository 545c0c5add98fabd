import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  GetAccountSummaryCommand,
  ListUsersCommand,
  SimulateCustomPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { timeInZone } from '../../src/kernel/time-in-zone.ts';
import { allow, makeUser, trust } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}

test.each([
  ['UTC', 23, 'Monday'],
  ['Europe/Berlin', 0, 'Tuesday'],
  ['America/New_York', 18, 'Monday'],
  ['Asia/Kolkata', 5, 'Tuesday'],
])('half past eleven at night of a Monday in winter is in %s hour %i of %s', (zone, hour, weekday) => {
  expect(timeInZone(Date.UTC(2026, 11, 7, 23, 30), zone)).toEqual({ hour, weekday });
});

describe('the time zone of an account', () => {
  const isNow = (zone: string) => {
    const { hour, weekday } = timeInZone(Date.now(), zone);
    return {
      Condition: {
        NumericEquals: { 'rolecall:HourOfDay': String(hour) },
        StringEquals: { 'rolecall:DayOfWeek': weekday },
      },
    };
  };

  test('decides rolecall:HourOfDay and rolecall:DayOfWeek at once, also for who called before', async () => {
    // Fourteen hours apart: never the same hour, in any season.
    const key = await makeUser(server, 'early', allow('iam:ListUsers', '*', isNow('Pacific/Kiritimati')));
    const list = () => server.iam(key).send(new ListUsersCommand({}));
    await expect(list()).rejects.toThrow('no identity-based policy allows');
    expect(await call('GetAccountSettings', {})).toEqual({ status: 200, TimeZone: 'UTC' });
    const set = { status: 200, TimeZone: 'Pacific/Kiritimati' };
    expect(await call('PutAccountSettings', { TimeZone: 'Pacific/Kiritimati' })).toEqual(set);
    expect(await call('GetAccountSettings', {})).toEqual(set);
    await list();
    expect(await call('PutAccountSettings', {})).toEqual({ status: 200, TimeZone: 'UTC' });
    await expect(list()).rejects.toThrow('no identity-based policy allows');
  });

  test('is checked, and needs a permission of its own', async () => {
    const wrong = await call('PutAccountSettings', { TimeZone: 'Mars/Phobos' });
    expect([wrong['status'], wrong['message']]).toEqual([
      400,
      expect.stringContaining('there is no time zone Mars/Phobos'),
    ]);
    const key = await makeUser(server, 'stranger', allow(['rolecall:GetServerInfo']));
    for (const operation of ['GetAccountSettings', 'PutAccountSettings'])
      expect(String((await call(operation, {}, key))['message'])).toContain(':account-settings');
  });

  test('simulations take the hour and day from the request, or report them as missing', async () => {
    const PolicyInputList = [
      allow('iam:ListUsers', '*', { Condition: { NumericLessThan: { 'rolecall:HourOfDay': '6' } } }),
    ];
    const asked = { PolicyInputList, ActionNames: ['iam:ListUsers'] };
    const simulate = async (hour?: string) => {
      const ContextEntries =
        hour === undefined
          ? []
          : [{ ContextKeyName: 'rolecall:HourOfDay', ContextKeyType: 'numeric' as const, ContextKeyValues: [hour] }];
      const { EvaluationResults } = await server
        .iam()
        .send(new SimulateCustomPolicyCommand({ ...asked, ContextEntries }));
      const [result] = EvaluationResults ?? [];
      return [result?.EvalDecision, result?.MissingContextValues];
    };
    expect(await simulate('5')).toEqual(['allowed', []]);
    expect(await simulate('6')).toEqual(['implicitDeny', []]);
    expect(await simulate()).toEqual(['implicitDeny', ['rolecall:HourOfDay']]);
  });
});

describe('the quotas of an account', () => {
  const quota = async (name: string) => {
    const { Quotas } = (await call('ListQuotas', {})) as unknown as { Quotas: readonly { QuotaName: string }[] };
    return Quotas.find(({ QuotaName }) => QuotaName === name);
  };
  const iam = () => server.iam();
  const exceeded = (text: string) => ({ name: 'LimitExceededException', message: `Cannot exceed quota for ${text}` });

  test('are those of AWS until they are set, and again once they are reset', async () => {
    const groups = { QuotaName: 'GroupsPerAccount', DefaultLimit: 300, Adjustable: true, MaxLimit: 1000 };
    expect(await quota('GroupsPerAccount')).toEqual({ ...groups, Limit: 300 });
    expect(await quota('AccessKeysPerUser')).toEqual({
      ...{ QuotaName: 'AccessKeysPerUser', Limit: 2, DefaultLimit: 2, Adjustable: false },
    });
    await call('SetQuota', { QuotaName: 'GroupsPerAccount', Limit: 1 });
    await call('SetQuota', { QuotaName: 'PoliciesPerGroup', Limit: 0 });
    expect(await quota('GroupsPerAccount')).toEqual({ ...groups, Limit: 1 });
    const { SummaryMap } = await iam().send(new GetAccountSummaryCommand({}));
    expect([SummaryMap?.GroupsQuota, SummaryMap?.AttachedPoliciesPerGroupQuota]).toEqual([1, 0]);

    await iam().send(new CreateGroupCommand({ GroupName: 'one' }));
    await expect(iam().send(new CreateGroupCommand({ GroupName: 'two' }))).rejects.toMatchObject(
      exceeded('GroupsPerAccount: 1'),
    );
    const attached = { GroupName: 'one', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
    await expect(iam().send(new AttachGroupPolicyCommand(attached))).rejects.toMatchObject(
      exceeded('PoliciesPerGroup: 0'),
    );
    for (const QuotaName of ['GroupsPerAccount', 'PoliciesPerGroup']) await call('SetQuota', { QuotaName });
    await iam().send(new CreateGroupCommand({ GroupName: 'two' }));
    await iam().send(new AttachGroupPolicyCommand(attached));
  });

  test('service-linked roles do not count towards the quota for roles', async () => {
    const create = (RoleName: string) =>
      iam().send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) }),
      );
    const link = (AWSServiceName: string) => iam().send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
    const { SummaryMap } = await iam().send(new GetAccountSummaryCommand({}));
    await call('SetQuota', { QuotaName: 'RolesPerAccount', Limit: (SummaryMap?.Roles ?? 0) + 1 });
    await link('batch.amazonaws.com');
    await link('autoscaling.amazonaws.com');
    await create('last');
    await expect(create('more')).rejects.toMatchObject(exceeded(`RolesPerAccount: ${(SummaryMap?.Roles ?? 0) + 1}`));
    await link('elasticloadbalancing.amazonaws.com');
    await call('SetQuota', { QuotaName: 'RolesPerAccount' });
  });

  test('more than AWS allows by default is possible where the table says so', async () => {
    const PolicyArns = ['ReadOnlyAccess', 'SecurityAudit', 'job-function/ViewOnlyAccess', 'IAMReadOnlyAccess'];
    const PolicyArn = (name: string) => `arn:aws:iam::aws:policy/${name}`;
    await call('SetQuota', { QuotaName: 'PoliciesPerGroup', Limit: 3 });
    const attach = (name: string) =>
      iam().send(new AttachGroupPolicyCommand({ GroupName: 'one', PolicyArn: PolicyArn(name) }));
    for (const name of PolicyArns.slice(0, 3)) await attach(name);
    await expect(attach('IAMReadOnlyAccess')).rejects.toMatchObject(exceeded('PoliciesPerGroup: 3'));
    await call('SetQuota', { QuotaName: 'PoliciesPerGroup', Limit: 25 });
    await attach('IAMReadOnlyAccess');
  });

  test.each([
    [{ QuotaName: 'GroupsPerAccount', Limit: 1001 }, 'Limit: must be at most 1000 for GroupsPerAccount'],
    [{ QuotaName: 'GroupsPerAccount', Limit: -1 }, 'Limit'],
    [{ QuotaName: 'AccessKeysPerUser', Limit: 3 }, 'QuotaName'],
  ])('%j is refused', async (input, message) => {
    const answer = await call('SetQuota', input);
    expect(answer).toMatchObject({ status: 400 });
    expect(String(answer['message']).toLowerCase()).toContain(message.toLowerCase());
  });

  test('need a permission of their own', async () => {
    const key = await makeUser(server, 'counter', allow(['rolecall:GetServerInfo']));
    for (const [operation, input] of [
      ['ListQuotas', {}],
      ['SetQuota', { QuotaName: 'GroupsPerAccount' }],
    ] as const)
      expect(String((await call(operation, input, key))['message'])).toContain(':quotas');
  });
});

import { AttachUserPolicyCommand, CreateLoginProfileCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allow, makeUser } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
  for (const name of ['ordinary', 'manager']) {
    await makeUser(server, name, allow(['iam:GetUser']));
    const given = { UserName: name, Password: 'seven quiet otters swim' };
    await server.iam().send(new CreateLoginProfileCommand(given));
  }
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await server.iam().send(new AttachUserPolicyCommand({ UserName: 'manager', PolicyArn }));
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((each) => ({ Effect: 'Deny', Resource: '*', ...each })),
  });
const put = (text: string, rest = {}) => call('PutSignInPolicy', { PolicyDocument: text, ...rest });
const simulate = (input: object, key?: Key) => call('SimulateSignIn', input, key);

const NEW_DEVICE = policy({
  Sid: 'NewDevice',
  Action: 'signin:WithoutSecondFactor',
  Condition: { Bool: { 'signin:NewDevice': 'true' } },
});

describe('the sign-in policy of an account', () => {
  test('is set, read and removed, and the audit has its text', async () => {
    expect(await call('GetSignInPolicy', {})).toMatchObject({ __type: 'NoSuchSignInPolicyException' });
    expect(await put(NEW_DEVICE, { TimeZone: 'Europe/Berlin' })).toEqual({ status: 200, Warnings: [] });
    const stored = { PolicyDocument: NEW_DEVICE, TimeZone: 'Europe/Berlin' };
    expect(await call('GetSignInPolicy', {})).toMatchObject({ status: 200, ...stored });
    const event = server.events.find(({ eventName }) => eventName === 'PutSignInPolicy');
    expect(event).toMatchObject({ outcome: 'allowed', request: stored });
    expect(await call('DeleteSignInPolicy', {})).toEqual({ status: 200 });
    expect(await call('DeleteSignInPolicy', {})).toMatchObject({ __type: 'NoSuchSignInPolicyException' });
  });

  test('needs a permission of its own', async () => {
    const key = await makeUser(server, 'stranger', allow(['rolecall:GetServerInfo']));
    for (const operation of ['PutSignInPolicy', 'GetSignInPolicy', 'DeleteSignInPolicy', 'SimulateSignIn']) {
      const answer = await call(operation, operation === 'PutSignInPolicy' ? { PolicyDocument: NEW_DEVICE } : {}, key);
      expect(String(answer['__type'])).toMatch('AccessDenied');
      expect(String(answer['message'])).toContain(':sign-in-policy');
    }
  });

  test('is refused if it could have no effect, or names no time zone', async () => {
    expect(await put(policy({ Action: 'signin:Login' }))).toMatchObject({ status: 400, __type: 'ValidationException' });
    expect(await put('{')).toMatchObject({ status: 400, __type: expect.stringMatching('MalformedPolicyDocument') });
    expect(await put(NEW_DEVICE, { TimeZone: 'Mars/Olympus' })).toMatchObject({ status: 400 });
  });

  test('warns its author of what may not have been meant', async () => {
    const codes = async (text: string) => {
      const { Warnings } = await put(text);
      return (Warnings as { Code: string }[]).map(({ Code }) => Code);
    };
    const refuseAll = policy({ Action: 'signin:*' });
    expect(await codes(refuseAll)).toEqual(['REFUSES_EVERYONE', 'REFUSES_CALLER']);
    expect(await codes(policy({ Action: 'signin:WithoutSecondFactor' }))).toEqual(['CALLER_MUST_ENROL']);
    expect(
      await codes(policy({ Action: 'signin:*', Condition: { StringEquals: { 'signin:Country': 'XX' } } })),
    ).toEqual(['KEY_WITHOUT_VALUE']);
    await call('DeleteSignInPolicy', {});
  });
});

describe('SimulateSignIn', () => {
  test('says what a given policy demands, which statement does, and every value', async () => {
    const given = { UserName: 'ordinary', PolicyDocument: NEW_DEVICE, SourceIp: '192.0.2.7' };
    const answer = await simulate(given);
    expect(answer).toMatchObject({
      status: 200,
      Outcome: 'REQUIRE_FACTOR',
      Lacks: 'FACTOR',
      DecidedBy: ['NewDevice'],
      Statements: [{ Name: 'NewDevice', Applies: true, Demands: 'REQUIRE_FACTOR', Unmet: [] }],
    });
    const facts = new Map(
      (answer as unknown as Facts).Facts.map(({ Key: key, Values, Source }) => [key, { Values, Source }]),
    );
    expect(facts.get('signin:NewDevice')).toEqual({ Values: ['true'], Source: 'LOOKED_UP' });
    expect(facts.get('signin:SourceIp')).toEqual({ Values: ['192.0.2.7'], Source: 'LOOKED_UP' });
    expect(facts.get('signin:UserName')).toEqual({ Values: ['ordinary'], Source: 'LOOKED_UP' });
    expect(facts.get('signin:Privileged')).toEqual({ Values: ['false'], Source: 'LOOKED_UP' });
    expect(facts.get('signin:Country')).toEqual({ Values: [], Source: 'ABSENT' });
  });

  test('takes given facts in the place of those of the person', async () => {
    const Facts = [
      { Key: 'signin:NewDevice', Values: ['false'] },
      { Key: 'Signin:strength', Values: ['multi-factor'] },
    ];
    const answer = await simulate({ UserName: 'ordinary', PolicyDocument: NEW_DEVICE, Facts });
    expect(answer).toMatchObject({ Outcome: 'ALLOW', Lacks: 'NOTHING', DecidedBy: [] });
    expect(answer).toMatchObject({
      Statements: [
        {
          Applies: false,
          Unmet: [{ Operator: 'Bool', Key: 'signin:NewDevice', Wanted: ['true'], Actual: ['false'] }],
        },
      ],
    });
  });

  test.each([
    ['in the time zone of the policy', 'Asia/Tokyo', 'Tuesday', '3'],
    ['in UTC without one', undefined, 'Monday', '18'],
  ])('the hour and the weekday are %s', async (_what, TimeZone, weekday, hour) => {
    const SignInTime = Date.parse('2026-11-30T18:30:00Z') / 1000;
    const { Facts } = (await simulate({ UserName: 'ordinary', SignInTime, TimeZone })) as unknown as Facts;
    const factOf = (key: string) => Facts.find((each) => each.Key === key)?.Values;
    expect([factOf('signin:Weekday'), factOf('signin:Hour')]).toEqual([[weekday], [hour]]);
  });

  test('[S26] shows the rule for administrators without any policy', async () => {
    const later = (Date.now() + 8 * 86_400_000) / 1000;
    expect(await simulate({ UserName: 'ordinary', SignInTime: later })).toMatchObject({ Outcome: 'ALLOW' });
    const answer = await simulate({ UserName: 'manager' });
    expect(answer).toMatchObject({ Outcome: 'ALLOW' });
    expect(answer['EnrolBy']).toBeGreaterThan(Date.now() / 1000 + 6 * 86_400);
  });

  test('of an unknown user, an unknown key and a strange value is refused', async () => {
    expect(await simulate({ UserName: 'nobody' })).toMatchObject({ __type: 'NoSuchUserException' });
    for (const [Key, Values] of [
      ['signin:NewPhone', ['true']],
      ['signin:Strength', ['strong']],
      ['signin:Country', ['DE', 'FR']],
    ]) {
      expect(await simulate({ UserName: 'ordinary', Facts: [{ Key, Values }] })).toMatchObject({ status: 400 });
    }
  });
});

interface Facts {
  readonly Facts: readonly { readonly Key: string; readonly Values: readonly string[]; readonly Source: string }[];
}

import {
  CloudTrailClient,
  type Event,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

/** The SDK's clients of the in-process server sign for this region. */
const REGION = 'eu-central-1';
const GLOBAL = 'us-east-1';

let server: InProcessServer;
let bob: Key;
let session: Key;

/** A record of CloudTrail, as far as it is read here. */
type Recorded = Readonly<Record<string, unknown>>;
const recordOf = ({ CloudTrailEvent = '{}' }: Event): Recorded => JSON.parse(CloudTrailEvent) as Recorded;

async function page(input: LookupEventsCommandInput, { region = GLOBAL, key = server.admin } = {}) {
  const client = new CloudTrailClient({ endpoint: server.url, region, credentials: key });
  try {
    return await client.send(new LookupEventsCommand(input));
  } finally {
    client.destroy();
  }
}

async function lookUp(AttributeKey: string, AttributeValue: string, region = GLOBAL): Promise<readonly Event[]> {
  const { Events = [] } = await page({ LookupAttributes: [{ AttributeKey, AttributeValue }] as never }, { region });
  return Events;
}

const namesOf = (events: readonly Event[]) => events.map(({ EventName }) => EventName);

beforeAll(async () => {
  server = await startInProcess();
  const iam = server.iam();
  await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/staff/' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
  bob = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  await iam.send(new CreateLoginProfileCommand({ UserName: 'bob', Password: 'planted violin 47 lantern!' }));
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument }));
  await server
    .iam(bob)
    .send(new GetUserCommand({}))
    .catch(() => {});
  await iam.send(
    new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  );
  const RoleArn = `arn:aws:iam::${ACCOUNT_ID}:role/reader`;
  const { Credentials } = await server.sts(bob).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'bobs' }));
  session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  await server
    .iam(session)
    .send(new GetUserCommand({ UserName: 'bob' }))
    .catch(() => {});
  // Reads are recorded after their answers.
  await until(async () => (await lookUp('EventName', 'AssumeRole', REGION)).length === 1);
});

describe('LookupEvents', () => {
  test('[cloudtrail] lists what happened, newest first, with who did it from where', async () => {
    const { Events = [] } = await page({ MaxResults: 50 });
    expect(namesOf(Events)).toEqual(
      expect.arrayContaining(['AttachUserPolicy', 'CreateRole', 'CreateAccessKey', 'CreateUser']),
    );
    const created = Events.find(({ EventName }) => EventName === 'CreateUser') as Event;
    expect(created).toMatchObject({
      EventSource: 'iam.amazonaws.com',
      ReadOnly: 'false',
      Username: 'admin',
      AccessKeyId: server.admin.accessKeyId,
      EventTime: expect.any(Date),
      EventId: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      Resources: [
        { ResourceType: 'AWS::IAM::User', ResourceName: `arn:aws:iam::${ACCOUNT_ID}:user/staff/bob` },
        { ResourceType: 'AWS::IAM::User', ResourceName: 'bob' },
      ],
    });
    expect(created.EventTime?.getMilliseconds()).toBe(0);
    expect(recordOf(created)).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        arn: `arn:aws:iam::${ACCOUNT_ID}:user/admin`,
        accountId: ACCOUNT_ID,
        accessKeyId: server.admin.accessKeyId,
        userName: 'admin',
      },
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      eventSource: 'iam.amazonaws.com',
      awsRegion: GLOBAL,
      sourceIPAddress: '127.0.0.1',
      userAgent: expect.stringContaining('aws-sdk-js'),
      requestParameters: { userName: 'bob', path: '/staff/' },
      responseElements: { user: { userName: 'bob', path: '/staff/', userId: expect.stringMatching(/^AIDA/) } },
      eventID: created.EventId,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT_ID,
      eventCategory: 'Management',
    });
  });

  test('[cloudtrail] calls of STS are in the region that they were signed for, and all others in us-east-1', async () => {
    expect(await lookUp('EventName', 'AssumeRole')).toEqual([]);
    expect(await lookUp('EventName', 'CreateUser', REGION)).toEqual([]);
    const [assumed] = await lookUp('EventName', 'AssumeRole', REGION);
    expect(recordOf(assumed as Event)).toMatchObject({
      awsRegion: REGION,
      eventSource: 'sts.amazonaws.com',
      requestParameters: { roleSessionName: 'bobs' },
      responseElements: {
        credentials: { accessKeyId: session.accessKeyId, expiration: expect.any(String) },
        assumedRoleUser: { arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/reader/bobs` },
      },
    });
    expect(assumed?.Resources).toContainEqual({
      ResourceType: 'AWS::IAM::AccessKey',
      ResourceName: session.accessKeyId,
    });
  });

  test('[cloudtrail] of a role session: its role, and its name to look it up by; of a denial: the error', async () => {
    const [denied] = await lookUp('Username', 'bobs');
    expect(denied).toMatchObject({ EventName: 'GetUser', ReadOnly: 'true', AccessKeyId: session.accessKeyId });
    const record = recordOf(denied as Event);
    expect(record).toMatchObject({
      userIdentity: {
        type: 'AssumedRole',
        principalId: expect.stringMatching(/^AROA[A-Z2-7]{16}:bobs$/),
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: expect.stringMatching(/^AROA[A-Z2-7]{16}$/),
            arn: `arn:aws:iam::${ACCOUNT_ID}:role/reader`,
            userName: 'reader',
          },
          attributes: { mfaAuthenticated: 'false' },
        },
      },
      errorCode: 'AccessDenied',
      errorMessage: expect.stringContaining('is not authorized to perform: iam:GetUser'),
      responseElements: null,
      readOnly: true,
    });
  });

  test('by each attribute, compared exactly', async () => {
    const [created] = await lookUp('EventName', 'CreateUser');
    expect(await lookUp('EventName', 'createuser')).toEqual([]);
    expect(await lookUp('EventId', created?.EventId ?? '')).toEqual([created]);
    expect(namesOf(await lookUp('AccessKeyId', bob.accessKeyId))).toEqual(['GetUser']);
    expect(namesOf(await lookUp('Username', 'bob'))).toEqual(['GetUser']);
    expect(await lookUp('Username', 'bo')).toEqual([]);
    expect(namesOf(await lookUp('ResourceName', 'reader'))).toEqual(['CreateRole']);
    expect(namesOf(await lookUp('ResourceName', `arn:aws:iam::${ACCOUNT_ID}:role/reader`))).toEqual(['CreateRole']);
    expect(namesOf(await lookUp('ResourceType', 'AWS::IAM::AccessKey'))).toEqual(['CreateAccessKey']);
    const reads = await lookUp('ReadOnly', 'true');
    expect(namesOf(reads)).toEqual(expect.arrayContaining(['GetUser', 'LookupEvents']));
    expect(reads.every(({ ReadOnly }) => ReadOnly === 'true')).toBe(true);
    expect(namesOf(await lookUp('EventSource', 'cloudtrail.amazonaws.com'))).toContain('LookupEvents');
    expect(await lookUp('EventSource', 'cloudtrail')).toEqual([]);
    // AWS takes the first attribute and ignores others.
    const two = [
      { AttributeKey: 'EventName', AttributeValue: 'CreateUser' },
      { AttributeKey: 'EventName', AttributeValue: 'CreateRole' },
    ] as const;
    expect(namesOf((await page({ LookupAttributes: [...two] })).Events ?? [])).toEqual(['CreateUser']);
  });

  test('page by page, without a gap or a repetition', async () => {
    const EndTime = new Date();
    const all = (await page({ EndTime, LookupAttributes: [{ AttributeKey: 'ReadOnly', AttributeValue: 'false' }] }))
      .Events;
    const found: Event[] = [];
    let NextToken: string | undefined;
    do {
      const next = await page({
        EndTime,
        MaxResults: 2,
        NextToken,
        LookupAttributes: [{ AttributeKey: 'ReadOnly', AttributeValue: 'false' }],
      });
      expect(next.Events?.length).toBeLessThanOrEqual(2);
      found.push(...(next.Events ?? []));
      NextToken = next.NextToken;
    } while (NextToken !== undefined);
    expect(found).toEqual(all);
    expect(found.length).toBeGreaterThan(4);
  });

  test('a range of time holds both of its ends, in whole seconds', async () => {
    const [created] = await lookUp('EventName', 'CreateUser');
    const at = created?.EventTime as Date;
    const within = async (StartTime: Date, EndTime: Date) =>
      (
        await page({
          StartTime,
          EndTime,
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateUser' }],
        })
      ).Events;
    expect(await within(at, at)).toEqual([created]);
    expect(await within(new Date(0), new Date(at.getTime() - 1000))).toEqual([]);
    expect(await within(new Date(at.getTime() + 1000), new Date(at.getTime() + 9000))).toEqual([]);
  });

  test('what is wrong with a request', async () => {
    const refused = (name: string) => expect.objectContaining({ name });
    const attribute = (AttributeKey: string, AttributeValue: string) => ({
      LookupAttributes: [{ AttributeKey, AttributeValue }] as never,
    });
    await expect(page({ MaxResults: 0 })).rejects.toEqual(refused('InvalidMaxResultsException'));
    await expect(page({ MaxResults: 51 })).rejects.toEqual(refused('InvalidMaxResultsException'));
    await expect(page({ NextToken: 'x' })).rejects.toEqual(refused('InvalidNextTokenException'));
    await expect(page({ StartTime: new Date(2000), EndTime: new Date(1000) })).rejects.toEqual(
      refused('InvalidTimeRangeException'),
    );
    await expect(page(attribute('ReadOnly', 'yes'))).rejects.toEqual(refused('InvalidLookupAttributesException'));
    await expect(page(attribute('Color', 'blue'))).rejects.toEqual(refused('ValidationException'));
    await expect(page({}, { key: session })).rejects.toEqual(refused('AccessDeniedException'));
    const invalid = refused('InvalidLookupAttributesException');
    for (const value of ['', 'x'.repeat(2001)])
      await expect(page(attribute('EventName', value))).rejects.toEqual(invalid);
    // Good ones: the longest value, the smallest page, no attribute, and one second.
    expect((await page(attribute('EventName', 'x'.repeat(2000)))).Events).toEqual([]);
    expect((await page({ LookupAttributes: [], MaxResults: 1 })).Events).toHaveLength(1);
    expect((await page({ StartTime: new Date(1000), EndTime: new Date(1000) })).Events).toEqual([]);
    // There are none.
    expect((await page({ EventCategory: 'insight' })).Events).toEqual([]);
  });

  test.each([
    ['no object', 'text', 'SerializationException'],
    ['a list of texts', { LookupAttributes: ['EventName'] }, 'SerializationException'],
    ['one attribute outside of a list', { LookupAttributes: { AttributeKey: 'EventName' } }, 'SerializationException'],
    ['a number as text', { MaxResults: '5' }, 'SerializationException'],
    ['a time as text', { StartTime: '2026-01-01T00:00:00Z' }, 'SerializationException'],
    ['an attribute without a value', { LookupAttributes: [{ AttributeKey: 'EventName' }] }, 'ValidationException'],
    ['an attribute without a key', { LookupAttributes: [{ AttributeValue: 'x' }] }, 'ValidationException'],
    ['an unknown category', { EventCategory: 'data' }, 'ValidationException'],
  ])('what no client would send: %s', async (_what, input, code) => {
    const signing = {
      service: 'cloudtrail',
      headers: { 'X-Amz-Target': 'CloudTrail_20131101.LookupEvents' },
    };
    const { status, body } = await send(
      server.url,
      signedJson(server.url, 'LookupEvents', input, server.admin, signing),
    );
    const { __type, message } = JSON.parse(body) as Readonly<Record<string, string>>;
    expect([status, __type]).toEqual([400, code]);
    if (code === 'ValidationException') expect(message).toMatch(/^1 validation error detected: Value /);
  });

  test('[S48] no secret is in it', async () => {
    const text = JSON.stringify([await page({}), await page({}, { region: REGION })]);
    for (const secret of [bob.secretAccessKey, session.secretAccessKey, session.sessionToken ?? '', 'violin'])
      expect(text.includes(secret)).toBe(false);
    const [profile] = await lookUp('EventName', 'CreateLoginProfile');
    expect(recordOf(profile as Event)).toMatchObject({
      requestParameters: { userName: 'bob', password: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    });
  });
});

test('a page with long events ends early, with a token to go on; no event is lost', async () => {
  const iam = server.iam();
  const from = new Date(Math.floor(Date.now() / 1000) * 1000);
  const Tags = Array.from({ length: 50 }, (_, n) => ({ Key: `key-${n}`, Value: 'v'.repeat(256) }));
  for (let n = 0; n < 45; n++) await iam.send(new TagUserCommand({ UserName: 'bob', Tags }));
  const seen: (string | undefined)[] = [];
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'TagUser' }];
    const answer = await page({ StartTime: from, LookupAttributes, ...(NextToken === undefined ? {} : { NextToken }) });
    seen.push(...(answer.Events ?? []).map(({ EventId }) => EventId));
    sizes.push(answer.Events?.length ?? 0);
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  expect([seen.length, new Set(seen).size]).toEqual([45, 45]);
  expect(sizes.length).toBeGreaterThan(1);
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Authorizer, createAuthorizer, denialMessage, type Verdict } from '../../src/authorize/authorizer.ts';
import type { Caller, SessionFacts } from '../../src/identity/sessions/caller.ts';
import { callerOf, type SessionUser } from '../../src/identity/sessions/session-identity.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, START } from '../iam/support/iam-under-test.ts';
import { allow } from '../sts/people.ts';
import { until } from '../support/until.ts';

/** Federated users of alice and of the root user, who call a service that asks this engine. */
let iam: IamUnderTest;
let authorizer: Authorizer;
let alice: SessionUser;

beforeEach(async () => {
  iam = await openIam();
  authorizer = createAuthorizer({ store: iam.deps.store, feed: iam.deps.ephemeral, clock: iam.clock });
  const Tags = [
    { Key: 'team', Value: 'blue' },
    { Key: 'stage', Value: 'test' },
  ];
  const { User } = await iam.call('CreateUser', { UserName: 'alice', Tags });
  alice = { userName: 'alice', path: '/', uniqueId: User.UserId };
});
afterEach(async () => {
  authorizer.close();
  await iam.close();
});

const BOB = `arn:aws:sts::${ACCOUNT_ID}:federated-user/Bob`;
const ROOT_ARN = `arn:aws:iam::${ACCOUNT_ID}:root`;
const SOURCE = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: 'us-east-1' };

function federated(user: SessionUser | undefined, facts: Partial<SessionFacts> = {}): Caller {
  const session = {
    issuedAt: START,
    expiresAt: START + 3_600_000,
    tags: [],
    transitiveTagKeys: [],
    sessionPolicies: [],
    sessionPolicyArns: [],
    ...facts,
  };
  const common = { type: 'FederatedUser', accountId: ACCOUNT_ID, accessKeyId: 'ASIABOB', sessionName: 'Bob' } as const;
  return callerOf(user === undefined ? { ...common, session } : { ...common, user, session });
}
const limitedTo = (...actions: string[]): Partial<SessionFacts> => ({ sessionPolicies: [allow(actions)] });

async function ask(caller: Caller, action = 's3:GetObject'): Promise<Verdict> {
  const resource = 'arn:aws:s3:::bucket/key';
  const target = { action, resource, resourceAccountId: ACCOUNT_ID };
  return authorizer.decide({ caller, source: SOURCE, now: START }, target);
}
async function outcome(caller: Caller, action?: string): Promise<string> {
  const { decision } = await ask(caller, action);
  return decision.allowed ? 'allowed' : `${decision.layer} ${decision.cause}`;
}
const put = (PolicyName: string, PolicyDocument: string) =>
  iam.call('PutUserPolicy', { UserName: 'alice', PolicyName, PolicyDocument });

describe('a federated user may do', () => {
  beforeEach(() => put('own', allow(['s3:GetObject', 's3:PutObject'])));

  test('what both the user and the session policies allow', async () => {
    const bob = federated(alice, limitedTo('s3:GetObject', 's3:DeleteObject'));
    expect(await outcome(bob)).toBe('allowed');
    expect(await outcome(bob, 's3:PutObject')).toBe('session no-allow');
    expect(await outcome(bob, 's3:DeleteObject')).toBe('identity no-allow');
  });

  test('nothing without session policies', async () => {
    const verdict = await ask(federated(alice));
    expect(denialMessage(verdict)).toBe(
      `User: ${BOB} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::bucket/key ` +
        'because no session policy allows the s3:GetObject action',
    );
  });

  test('nothing that the boundary of the user leaves out', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
    await iam.call('PutUserPermissionsBoundary', { UserName: 'alice', PermissionsBoundary });
    expect(await outcome(federated(alice, limitedTo('s3:*')))).toBe('boundary no-allow');
  });

  test('[S36] nothing more once the user is denied it', async () => {
    const bob = federated(alice, limitedTo('s3:*'));
    expect(await outcome(bob)).toBe('allowed');
    await put('stop', allow('*').replace('Allow', 'Deny'));
    await until(async () => (await outcome(bob)) === 'identity explicit-deny');
  });
});

describe('a federated user of the root user', () => {
  test('may do what the session policies allow', async () => {
    const bob = federated(undefined, limitedTo('s3:GetObject'));
    expect(await outcome(bob)).toBe('allowed');
    expect(await outcome(bob, 's3:PutObject')).toBe('session no-allow');
  });

  test('may do nothing without session policies', async () => {
    expect(await outcome(federated(undefined))).toBe('session no-allow');
  });

  test('is none of the root user’s own', async () => {
    const { request } = await ask(federated(undefined, limitedTo('s3:*')));
    expect(request.principal).toEqual({
      type: 'FederatedUser',
      arn: BOB,
      accountId: ACCOUNT_ID,
      uniqueId: ACCOUNT_ID,
      userArn: ROOT_ARN,
    });
  });
});

test('the condition keys are those of AWS’s table of principal key values; session tags override the user’s', async () => {
  const bob = federated(alice, { tags: [{ key: 'Team', value: 'red' }] });
  const { context } = (await ask(bob)).request;
  const read = (key: string) => context.get(key);
  expect({
    arn: read('aws:principalarn'),
    type: read('aws:principaltype'),
    account: read('aws:principalaccount'),
    userid: read('aws:userid'),
    username: read('aws:username'),
    provider: read('aws:federatedprovider'),
    issued: read('aws:tokenissuetime'),
    mfa: read('aws:multifactorauthpresent'),
    team: read('aws:principaltag/team'),
    stage: read('aws:principaltag/stage'),
  }).toEqual({
    arn: BOB,
    type: 'FederatedUser',
    account: ACCOUNT_ID,
    userid: `${ACCOUNT_ID}:Bob`,
    username: undefined,
    provider: undefined,
    issued: '2026-01-01T00:00:00Z',
    mfa: 'false',
    team: 'red',
    stage: 'test',
  });
});

test('[S36] the session follows the user: renamed, then deleted', async () => {
  const bob = federated(alice);
  expect(await authorizer.current(bob)).toEqual(bob);
  await iam.call('UpdateUser', { UserName: 'alice', NewUserName: 'alison' });
  const userArn = `arn:aws:iam::${ACCOUNT_ID}:user/alison`;
  await until(async () => (await authorizer.current(bob)) !== bob);
  expect(await authorizer.current(bob)).toEqual({ ...bob, userArn });
  await iam.call('DeleteUser', { UserName: 'alison' });
  await until(async () => (await authorizer.current(bob)) === undefined);
});

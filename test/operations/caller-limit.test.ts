import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { callerLimit } from '../../src/operations/caller-limit.ts';
import { keyOf, makeRole, makeUser, roleArn, trust, userArn } from '../sts/people.ts';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';

const ACCOUNT = '111122223333';
const user = (uniqueId: string): Caller => ({
  type: 'User',
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/${uniqueId}`,
  userId: uniqueId,
  uniqueId,
  userName: uniqueId,
  accessKeyId: 'AKIA',
});

const sessionOf = (sessionName: string): Caller => ({
  type: 'AssumedRole',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/${sessionName}`,
  userId: `AROA:${sessionName}`,
  uniqueId: 'AROA',
  roleName: 'r',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
  sessionName,
  accessKeyId: 'ASIA',
  session: {
    issuedAt: 0,
    expiresAt: 1,
    tags: [],
    transitiveTagKeys: [],
    sessionPolicies: [],
    sessionPolicyArns: [],
  },
});

const federatedUser = (sessionName: string): Caller => ({
  type: 'FederatedUser',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/${sessionName}`,
  userId: `${ACCOUNT}:${sessionName}`,
  uniqueId: 'a',
  userArn: `arn:aws:iam::${ACCOUNT}:user/a`,
  sessionName,
  accessKeyId: 'ASIA',
  session: { issuedAt: 0, expiresAt: 1, tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] },
});

describe('the bucket of a caller', () => {
  const takeAll = (limit: ReturnType<typeof callerLimit>, caller: Caller, now: number): number => {
    let taken = 0;
    while (limit.take(caller, now)) taken += 1;
    return taken;
  };

  test('is that of a role session; all sessions of a role together have four times as much', () => {
    const limit = callerLimit(10);
    const taken = ['one', 'two', 'three', 'four', 'five'].map((name) => takeAll(limit, sessionOf(name), 1000));
    expect(taken).toEqual([20, 20, 20, 20, 0]);
  });

  test('is that of a federated user; all those of a user have four times as much, and leave the user its own', () => {
    const limit = callerLimit(10);
    const taken = ['one', 'two', 'three', 'four', 'five'].map((name) => takeAll(limit, federatedUser(name), 1000));
    expect(taken).toEqual([20, 20, 20, 20, 0]);
    expect(takeAll(limit, user('a'), 1000)).toBe(20);
  });

  test('is charged for long answers of a session, and so is the role’s', () => {
    const limit = callerLimit(1000);
    limit.take(sessionOf('noisy'), 0);
    limit.charge(sessionOf('noisy'), 16 * 1024 + 256 * 2500);
    expect(limit.take(sessionOf('noisy'), 100)).toBe(false);
    expect(takeAll(limit, sessionOf('quiet'), 100)).toBe(2000);
    for (let calls = 0; calls < 3; calls++) limit.charge(sessionOf('noisy'), 16 * 1024 + 256 * 2500);
    expect(limit.take(sessionOf('late'), 100)).toBe(false);
  });

  test('holds two seconds of calls, and fills with time up to that', () => {
    const limit = callerLimit(10);
    expect(takeAll(limit, user('a'), 1000)).toBe(20);
    expect(takeAll(limit, user('a'), 1500)).toBe(5);
    expect(takeAll(limit, user('a'), 60_000)).toBe(20);
    expect(takeAll(limit, user('b'), 60_000)).toBe(20);
  });

  test('gains nothing from a clock that is set back', () => {
    const limit = callerLimit(10);
    takeAll(limit, user('a'), 1000);
    expect(takeAll(limit, user('a'), 0)).toBe(0);
    expect(takeAll(limit, user('a'), 100)).toBe(1);
  });

  test('is charged for long answers afterwards', () => {
    const limit = callerLimit(1000);
    limit.take(user('a'), 0);
    limit.charge(user('a'), 16 * 1024);
    limit.charge(user('a'), 16 * 1024 + 256 * 2500);
    // Five hundred in debt: half a second long there is nothing.
    expect(takeAll(limit, user('a'), 500)).toBe(0);
    expect(takeAll(limit, user('a'), 510)).toBeGreaterThan(0);
  });
});

describe('[observed of AWS] a caller over its limit is told `Throttling`, 400, `Rate exceeded`', () => {
  let server: InProcessServer;
  // The reserve is ten calls, more than the set-up of a test makes.
  beforeEach(async () => {
    server = await startInProcess({ ROLECALL_CALLS_PER_SECOND: '5' });
  });
  afterEach(() => server.close());

  const call = (sts: STSClient) => sts.send(new GetCallerIdentityCommand({}));

  /** Calls until it is refused. The clock is set back meanwhile, so that a slow machine fills no bucket. */
  async function untilRefused(sts: STSClient): Promise<{ readonly failure: unknown; readonly back: number }> {
    let back = 0;
    for (;;) {
      const failure: unknown = await call(sts).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) {
        back += 30_000;
        server.advance(-30_000);
      } else {
        return { failure, back };
      }
    }
  }

  test('only that caller, and only until time has passed', async () => {
    const alice = server.sts(await makeUser(server, 'alice'));
    const { failure, back } = await untilRefused(alice);
    expect(failure).toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
    expect(server.events.at(-1)).toMatchObject({ outcome: 'refused', errorCode: 'Throttling' });
    await call(server.sts(await makeUser(server, 'bob')));
    server.advance(back + 3000);
    await call(alice);
  });

  test('one session of a role, but not the others', async () => {
    await makeRole(server, 'r', { trust: trust({ AWS: userArn('admin') }) });
    const session = async (name: string) => {
      const command = new AssumeRoleCommand({ RoleArn: roleArn('r'), RoleSessionName: name });
      return server.sts(keyOf((await server.sts().send(command)).Credentials));
    };
    const [one, other] = [await session('one'), await session('other')];
    await untilRefused(one);
    await call(other);
  });
});

import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { callerLimit } from '../../src/operations/caller-limit.ts';
import { keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from '../sts/people.ts';
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

describe('the bucket of a caller', () => {
  const takeAll = (limit: ReturnType<typeof callerLimit>, caller: Caller, now: number): number => {
    let taken = 0;
    while (limit.take(caller, now)) taken += 1;
    return taken;
  };

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

  test('pays for long answers afterwards', () => {
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

  test('it alone, and only until time has passed', async () => {
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

  test('all sessions of a role together', async () => {
    await makeRole(server, 'r', { trust: trust({ AWS: userArn('admin') }) });
    const session = async (name: string) => {
      const command = new AssumeRoleCommand({ RoleArn: roleArn('r'), RoleSessionName: name });
      return server.sts(keyOf((await server.sts().send(command)).Credentials));
    };
    const [one, other] = [await session('one'), await session('other')];
    await untilRefused(one);
    expect(await refusal(call(other))).toMatchObject({ name: 'Throttling' });
  });
});

import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type StrangerLimit, strangerLimit } from '../../src/operations/stranger-limit.ts';
import { makeUser, refusal } from '../sts/people.ts';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';

describe('the buckets of addresses', () => {
  function takeAll(limit: StrangerLimit, address: string): number {
    let taken = 0;
    while (limit.take(address, 1000)) taken += 1;
    return taken;
  }

  test('an IPv4 address and an IPv6 /64 each have one; another address has its own', () => {
    const limit = strangerLimit(10);
    expect(limit.isSpent('192.0.2.1', 1000)).toBe(false);
    expect(takeAll(limit, '192.0.2.1')).toBe(20);
    expect(limit.isSpent('192.0.2.1', 1000)).toBe(true);
    expect(limit.isSpent('192.0.2.1', 1200)).toBe(false);
    expect(takeAll(limit, '192.0.2.2')).toBe(20);
    expect(takeAll(limit, '2001:db8::1')).toBe(20);
    expect(takeAll(limit, '2001:db8::2')).toBe(0);
  });

  test('an IPv6 /48 has three times as much, a /32 thirty times', () => {
    const limit = strangerLimit(10);
    const inSite = [1, 2, 3, 4].map((net) => takeAll(limit, `2001:db8:0:${net}::1`));
    expect(inSite).toEqual([20, 20, 20, 0]);
    let all = 60;
    for (let site = 1; site < 20; site++) {
      for (const net of [1, 2, 3]) all += takeAll(limit, `2001:db8:${site}:${net}::1`);
    }
    expect(all).toBe(600);
  });

  test('0 means no limit', () => {
    const limit = strangerLimit(0);
    for (let calls = 0; calls < 100; calls++) expect(limit.take('192.0.2.1', 1000)).toBe(true);
    expect(limit.isSpent('192.0.2.1', 1000)).toBe(false);
  });
});

describe('a flood of calls without a valid signature', () => {
  let server: InProcessServer;
  beforeEach(async () => {
    server = await startInProcess({ ROLECALL_UNSIGNED_CALLS_PER_SECOND: '3' });
  });
  afterEach(() => server.close());

  const call = (sts: STSClient) => sts.send(new GetCallerIdentityCommand({}));
  const post = async (form: string) => {
    const response = await fetch(server.url, { method: 'POST', body: new URLSearchParams(form) });
    return { status: response.status, text: await response.text() };
  };

  /** Sends until it is told `Throttling`, with the clock set back, so that a slow machine fills no bucket. Tells by how much. */
  async function untilThrottled(send: () => Promise<string>): Promise<number> {
    for (let count = 1; ; count++) {
      const code = await send();
      if (code === 'Throttling') return count * 30_000;
      expect(count).toBeLessThan(20);
      server.advance(-30_000);
    }
  }
  const unsigned = async (): Promise<string> => {
    const form = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=x&RoleSessionName=y&WebIdentityToken=z';
    const { text } = await post(form);
    return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';
  };
  const signedBy = (accessKeyId: string) => async (): Promise<string> => {
    const key = { accessKeyId, secretAccessKey: 'x'.repeat(40) };
    const response = await server
      .sts(key)
      .send(new GetCallerIdentityCommand({}))
      .then(
        () => undefined,
        (error: Error) => error.name,
      );
    return response ?? 'ok';
  };

  test('AssumeRoleWithWebIdentity: throttled by address, until time has passed', async () => {
    await untilThrottled(unsigned);
    expect(server.events.at(-1)).toMatchObject({ outcome: 'refused', errorCode: 'Throttling' });
    server.advance(700_000);
    expect(await unsigned()).not.toBe('Throttling');
  });

  test('invented access keys: throttled, while a caller at the same address with a valid key continues', async () => {
    const alice = server.sts(await makeUser(server, 'alice'));
    await call(alice);
    const carol = server.sts(await makeUser(server, 'carol'));
    await untilThrottled(signedBy('AKIAIOSFODNN7EXAMPLE'));
    await call(alice);
    server.advance(-30_000);
    // A key that would have to be looked up in the store waits.
    expect(await refusal(call(carol))).toMatchObject({ name: 'Throttling' });
    server.advance(700_000);
    await call(carol);
  });

  test('wrong signatures under an existing key throttle the address, but not the owner of the key', async () => {
    const { accessKeyId } = server.admin;
    await call(server.sts());
    await untilThrottled(signedBy(accessKeyId));
    await call(server.sts());
  });

  test('so do requests without any signature', async () => {
    await call(server.sts());
    await untilThrottled(async () => {
      const { text } = await post('Action=GetCallerIdentity&Version=2011-06-15');
      return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';
    });
    await call(server.sts());
  });
});

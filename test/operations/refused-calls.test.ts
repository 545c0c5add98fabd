import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import aws4 from 'aws4';
import { makeUser } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { stopTimeouts } from '../support/stop-timeouts.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess({ ROLECALL_TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(() => server.close());

/** A signed GET, as long as the server takes one. */
async function get(operation: string, key: Key, more: Readonly<Record<string, string>> = {}, address = '192.0.2.1') {
  const query = new URLSearchParams({ Action: operation, Version: '2010-05-08', ...more });
  const host = new URL(server.url).host;
  const signing = { host, path: `/?${query}`, service: 'iam', region: 'us-east-1', signQuery: true };
  const { path } = aws4.sign(signing, key);
  const answer = await fetch(server.url + path, { headers: { 'X-Forwarded-For': address } });
  return { status: answer.status, requestId: answer.headers.get('x-amzn-requestid'), text: await answer.text() };
}

const lengthOf = (event: object): number => Buffer.byteLength(JSON.stringify(event));

describe('[S48] what refused calls add to the audit log is bounded', () => {
  test('some calls of one key and address are audited individually, whatever they vary; the others are counted, and each event is short', async () => {
    const user = await makeUser(server, 'flooded');
    const wrong = { ...user, secretAccessKey: 'x'.repeat(40) };
    const told = () => server.events.filter(({ actor }) => actor.accessKeyId === user.accessKeyId);
    // The minute ends with the test, however busy the machine is.
    const timers = stopTimeouts();
    // One customer's addresses, all in one /64.
    for (let n = 0; n < 100; n++) {
      const operation = n % 2 === 0 ? 'ListUsers' : 'CreateUser';
      const { status } = await get(operation, wrong, { UserName: 'x'.repeat(10_000) }, `2001:db8::${n.toString(16)}`);
      expect(status).toBe(403);
    }
    expect(told()).toHaveLength(60);
    timers.pass(1);
    expect(Math.max(...told().map(lengthOf))).toBeLessThan(4096);
  });

  test('many addresses with one key write no more than the key may', async () => {
    const user = await makeUser(server, 'scattered');
    const wrong = { ...user, secretAccessKey: 'x'.repeat(40) };
    const timers = stopTimeouts();
    for (let n = 0; n < 400; n++) await get('ListUsers', wrong, {}, `2001:db8:${n.toString(16)}::1`);
    expect(server.events.filter(({ actor }) => actor.accessKeyId === user.accessKeyId)).toHaveLength(240);
    timers.pass(1);
  });

  test('a caller without permissions is audited with the requested action and resource, shortened', async () => {
    const user = await makeUser(server, 'verbose');
    const { requestId } = await get('CreateUser', user, {
      UserName: 'z',
      ...Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [
          [`Tags.member.${n + 1}.Key`, `k${n}${'k'.repeat(100)}`],
          [`Tags.member.${n + 1}.Value`, 'v'.repeat(200)],
        ]).flat(),
      ),
    });
    const event = server.events.find((each) => each.requestId === requestId);
    expect(event).toMatchObject({ outcome: 'denied', request: { UserName: 'z', Tags: '(12991 characters)' } });
    expect(lengthOf(event ?? {})).toBeLessThan(4096);
  });
});

import { setTimeout as wait } from 'node:timers/promises';
import type { EntityType } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { childrenOf } from '../../harness/child-processes.ts';
import { at, patientIamOf, startFleet } from '../../harness/fleet.ts';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import type { RunningServer } from '../../harness/start-server.ts';
import { openRawConnection, type RawAnswer } from '../support/raw-connection.ts';
import { signedForm } from '../support/wire.ts';

jest.setTimeout(240_000);

const WORKERS = 2;
const CALLERS = 8;
/** Each worker that the first start made, and one of those that took their places. */
const KILLS = 3;
/** So many calls are answered between one death and the next. */
const BETWEEN = 40;
const TAGS = 3;
/** Calls while one worker stands still. */
const CALLS = 9;

let mongo: MongoServer;
let redis: RedisServer;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  [mongo, redis] = await Promise.all([startMongoServer(), startRedis(DURABLE)]);
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await Promise.all([mongo?.stop(), redis?.stop()]);
});

interface Load {
  readonly answers: ReadonlyMap<string, RawAnswer>;
  /** The users whose making got no answer. */
  readonly unanswered: readonly string[];
  /** What came on any connection that no request had asked for. */
  readonly unasked: readonly string[];
  stop(): Promise<void>;
}

/** Makes users, each by one request that is sent once, whatever becomes of it. */
function makeUsers({ url, admin }: RunningServer): Load {
  const answers = new Map<string, RawAnswer>();
  const unanswered: string[] = [];
  const unasked: string[] = [];
  let going = true;
  async function call(caller: number): Promise<void> {
    for (let n = 0; going; ) {
      const connection = openRawConnection(url);
      for (let isOpen = true; isOpen && going; n++) {
        const UserName = `u-${caller}-${n}`;
        const tags = Array.from({ length: TAGS }, (_, tag) => [
          [`Tags.member.${tag + 1}.Key`, `tag-${tag}`],
          [`Tags.member.${tag + 1}.Value`, 'x'.repeat(64)],
        ]).flat();
        const form = { Action: 'CreateUser', Version: '2010-05-08', UserName, ...Object.fromEntries(tags) };
        const answer = await connection.exchange(signedForm(url, form, admin));
        if (answer === undefined) unanswered.push(UserName);
        else answers.set(UserName, answer);
        isOpen = answer !== undefined;
        await wait(10);
      }
      unasked.push(connection.unasked());
      connection.close();
    }
  }
  const callers = Array.from({ length: CALLERS }, (_, caller) => call(caller));
  return {
    answers,
    unanswered,
    unasked,
    async stop() {
      going = false;
      await Promise.all(callers);
    },
  };
}

/** The users that there are, with how many tags each has. */
async function usersOf(server: RunningServer): Promise<ReadonlyMap<string, number>> {
  const iam = patientIamOf(server);
  const users = new Map<string, number>();
  let Marker: string | undefined;
  do {
    const Filter: EntityType[] = ['User'];
    const page = await iam.getAccountAuthorizationDetails({
      Filter,
      MaxItems: 1000,
      ...(Marker !== undefined && { Marker }),
    });
    for (const { UserName = '', Tags = [] } of page.UserDetailList ?? []) users.set(UserName, Tags.length);
    Marker = page.Marker;
  } while (Marker !== undefined);
  users.delete('admin');
  return users;
}

/** What a call gets whose store server does not answer in time; it may have been done or not. */
const TOO_SLOW = { status: 503, body: expect.stringContaining('<Code>ServiceUnavailable</Code>') };

/** How often the server has logged a line, and when so many workers have said that they serve. */
function logOf(server: RunningServer) {
  const told = (line: string): number => (server.process?.stdout() ?? '').split(`"msg":"${line}"`).length - 1;
  const serving = async (workers: number): Promise<void> => {
    while (told('listening') < workers) await wait(20);
  };
  return { told, serving };
}

/** Calls a server one of whose workers stands still; it is killed once so many calls were answered. Returns what became of them. */
async function callWithOneStopped(workers: number, { waitFor }: { readonly waitFor: number }) {
  const fleet = await startFleet({ count: 1, env: { ROLECALL_WORKERS: String(workers) } });
  ends.push(fleet.stop);
  const server = at(fleet);
  await logOf(server).serving(workers);
  const [stopped = 0] = await childrenOf(server.process?.child.pid);
  process.kill(stopped, 'SIGSTOP');
  const identity = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
  const request = signedForm(server.url, identity, server.admin, { service: 'sts' });
  const outcomes: string[] = [];
  const calls = Array.from({ length: CALLS }, async () => {
    const connection = openRawConnection(server.url);
    outcomes.push((await connection.exchange(request)) === undefined ? 'closed' : 'answered');
    connection.close();
  });
  while (outcomes.length < waitFor) await wait(20);
  expect(new Set(outcomes)).toEqual(new Set(['answered']));
  process.kill(stopped, 'SIGKILL');
  await Promise.all(calls);
  return outcomes;
}

test('a connection being passed to a worker that dies is closed, not left waiting', async () => {
  // The one that does not answer is given one of them, and the others the rest.
  const outcomes = await callWithOneStopped(3, { waitFor: CALLS - 1 });
  expect(outcomes.at(-1)).toBe('closed');
});

test('of two workers, the one that responds accepts all connections', async () => {
  await callWithOneStopped(2, { waitFor: CALLS });
});

describe.each([
  ['embedded', () => ({}), undefined],
  ['MongoDB + Redis', () => ({ mongo, redis }), TOO_SLOW],
])('workers that are killed under load: %s', (_pair, stores, mayRefuse) => {
  test('are replaced; nothing acknowledged is lost, and no request is answered or executed twice', async () => {
    const fleet = await startFleet({ count: 1, ...stores(), env: { ROLECALL_WORKERS: String(WORKERS) } });
    ends.push(fleet.stop);
    const server = at(fleet);
    const { told, serving } = logOf(server);
    await serving(WORKERS);

    const load = makeUsers(server);
    const answered = async (more: number): Promise<void> => {
      for (const enough = load.answers.size + more; load.answers.size < enough; ) await wait(5);
    };
    ends.push(load.stop);
    for (let kill = 1; kill <= KILLS; kill++) {
      await answered(BETWEEN);
      const [oldest = 0] = await childrenOf(server.process?.child.pid);
      process.kill(oldest, 'SIGKILL');
      // Who was connected to it asks the others, at once.
      await answered(BETWEEN);
      await serving(WORKERS + kill);
    }
    await load.stop();

    const { answers, unanswered, unasked } = load;
    const acknowledged = [...answers].filter(([, { status }]) => status === 200);
    for (const [name, { body }] of acknowledged) expect(body).toContain(`<UserName>${name}</UserName>`);
    // Done by one worker and then by another, it would be refused for the user that there is already.
    const refusals = [...answers.values()]
      .filter(({ status }) => status !== 200)
      .map(({ status, body }) => ({ status, body }));
    for (const refusal of refusals) expect(refusal).toEqual(mayRefuse);
    expect(new Set([...answers.values()].map(({ requestId }) => requestId)).size).toBe(answers.size);
    expect(unasked.join('')).toBe('');
    expect(unanswered.length).toBeGreaterThan(0);

    const users = await usersOf(server);
    const missing = acknowledged.map(([name]) => name).filter((name) => !users.has(name));
    // Asked for by its name, too, and later: that tells whether it is lost or was only not seen.
    const asked = missing.map((UserName) =>
      patientIamOf(server)
        .getUser({ UserName })
        .then(() => 'there', String),
    );
    expect({ missing, byName: await Promise.all(asked) }).toEqual({ missing: [], byName: [] });
    const named = new Set([...answers.keys(), ...unanswered]);
    expect([...users.keys()].filter((name) => !named.has(name))).toEqual([]);
    expect(new Set(users.values())).toEqual(new Set([TAGS]));
    expect(told('a worker ended and is replaced')).toBe(KILLS);
    expect(await childrenOf(server.process?.child.pid)).toHaveLength(WORKERS);
  });
});

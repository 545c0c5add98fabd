import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { IAM, ListUsersCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { childrenOf } from '../../harness/child-processes.ts';
import { allow, keyOf } from '../../harness/documents.ts';
import { type AccessKeyPair, type RunningServer, startServer } from '../../harness/start-server.ts';
import { send, signedForm } from '../support/wire.ts';
import { describeOnEmbedded, testOnEmbedded } from './embedded-only.ts';

/** The server as a process of its own. These tests start, kill and restart it, so they never use a server that ran before. */
const SAME = {
  ROLECALL_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  ROLECALL_ADMIN_ACCESS_KEY_ID: 'AKIAPROCESSTESTADMIN',
  ROLECALL_ADMIN_SECRET_ACCESS_KEY: 'a secret for process tests, 40 letters..',
} as const;

let directory: string;
let started: RunningServer[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-process-'));
});
afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  started = [];
  await rm(directory, { recursive: true, force: true });
});

/** Starts the server in the test's directory, always with the same secrets; whatever becomes of the test, it is stopped. */
async function start(env: Record<string, string> = {}, nodeFlags: readonly string[] = []): Promise<RunningServer> {
  const server = await startServer({ directory, env: { ...SAME, ...env }, nodeFlags });
  started.push(server);
  return server;
}

const iamOf = ({ url, admin }: RunningServer): IAM =>
  new IAM({ endpoint: url, region: 'us-east-1', credentials: admin, maxAttempts: 1 });

async function namesOf(iam: IAM): Promise<Set<string>> {
  const names = new Set<string>();
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListUsersCommand({ Marker, MaxItems: 1000 }));
    for (const user of page.Users ?? []) names.add(user.UserName ?? '');
    Marker = page.Marker;
  } while (Marker !== undefined);
  return names;
}

/** The exit code, and all that was printed, of a start that is to fail. */
async function failedStart(env: Record<string, string>, config?: unknown): Promise<string> {
  try {
    const server = await startServer({ directory, env, ...(config === undefined ? {} : { config }) });
    await server.stop();
  } catch (error) {
    expect(String((error as Error).cause)).toContain('exit code 1');
    return (error as Error).message;
  }
  throw new Error('it started');
}

describe('the first start', () => {
  test('prints what is needed, once; the second start does not', async () => {
    const first = await start();
    const printed = first.process?.stdout() ?? '';
    await first.stop();
    expect(printed).toMatch(/^export AWS_ACCESS_KEY_ID=AKIAPROCESSTESTADMIN$/m);
    expect(printed).toContain(`${first.url}/sign-in`);
    const second = await start();
    expect(second.process?.stdout()).not.toContain('export AWS_');
    await iamOf({ ...second, admin: first.admin }).getUser({});
    await second.stop();
  });

  testOnEmbedded('[S32] generates different secrets each time, and keys that nobody else may read', async () => {
    const unset = {
      ROLECALL_KEY_ENCRYPTION_KEY: '',
      ROLECALL_ADMIN_ACCESS_KEY_ID: '',
      ROLECALL_ADMIN_SECRET_ACCESS_KEY: '',
      ROLECALL_ADMIN_PASSWORD: '',
      ROLECALL_ROOT_PASSWORD: '',
    };
    const secrets = [];
    for (const name of ['one', 'other']) {
      const keys = join(directory, name, 'keys');
      const env = { ...unset, ROLECALL_DATA_DIR: join(directory, name, 'data'), ROLECALL_KEYS_DIR: keys };
      const server = await start(env);
      secrets.push(/AWS_SECRET_ACCESS_KEY=(\S+)/.exec(server.process?.stdout() ?? '')?.[1]);
      await server.stop();
      const modes = await Promise.all((await readdir(keys)).map(async (file) => (await stat(join(keys, file))).mode));
      expect(modes.map((mode) => mode & 0o077)).toEqual(modes.map(() => 0));
      expect(modes.length).toBeGreaterThan(0);
    }
    expect(secrets[0]).toMatch(/^.{40}$/);
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  test('prints nothing on standard error except the advice on Node.js', async () => {
    const server = await start();
    await send(server.url, { method: 'GET', path: '/oidc/.well-known/openid-configuration' });
    await server.stop();
    const lines = (server.process?.stderr() ?? '').split('\n').filter((line) => line !== '');
    expect(lines.filter((line) => !/^Node v\S+ works; Node 24 is recommended/.test(line))).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(1);
  });
});

describe('a first start that fails after the account is made', () => {
  test('prints the secrets all the same, and the next start with a better configuration has them', async () => {
    const env = {
      ...SAME,
      ROLECALL_ADMIN_ACCESS_KEY_ID: '',
      ROLECALL_ADMIN_SECRET_ACCESS_KEY: '',
      ROLECALL_DATA_DIR: join(directory, 'refused'),
    };
    const plain = {
      name: 'staff',
      issuer: 'http://idp.example',
      clientId: 'c',
      clientSecret: 'a secret of the client',
    };
    const said = await failedStart(env, { federation: { connectors: [plain] } });
    expect(said).toContain('federation.connectors[staff].issuer: must begin with https://, unless the operator sets');
    const accessKeyId = /AWS_ACCESS_KEY_ID=(\S+)/.exec(said)?.[1] ?? '';
    const secretAccessKey = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(said)?.[1] ?? '';
    const server = await start(env);
    expect(server.process?.stdout()).not.toContain('export AWS_');
    await iamOf({ ...server, admin: { ...server.admin, accessKeyId, secretAccessKey } }).getUser({});
  });
});

describeOnEmbedded('[S32] passwords of the first start', () => {
  test('that are weak prevent it, naming the variable and the reason', async () => {
    const env = { ROLECALL_DATA_DIR: join(directory, 'weak'), ROLECALL_ADMIN_PASSWORD: 'Password123456789!' };
    const told = await failedStart({ ...env, ROLECALL_ROOT_PASSWORD: 'password' });
    expect(told).toContain('ROLECALL_ROOT_PASSWORD: Password should have a minimum length of 15');
    expect(told).toContain('ROLECALL_ADMIN_PASSWORD: Password is too easy to guess');
    expect(told).not.toContain('Password123456789!');
  });

  test('that are changed later are reported as ignored, once', async () => {
    const env = { ROLECALL_DATA_DIR: join(directory, 'changed') };
    await (await start(env)).stop();
    const server = await start({ ...env, ROLECALL_ADMIN_PASSWORD: 'seven quiet otters swim' });
    const lines = (): string[] =>
      (server.process?.stdout() ?? '').split('\n').filter((line) => line.includes('"ignored"'));
    while (lines().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await server.stop();
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toContain('ROLECALL_ADMIN_PASSWORD');
    expect(lines()[0]).not.toContain('otters');
  });
});

describe('the configuration', () => {
  testOnEmbedded('every problem is listed, without values', async () => {
    const config = { server: { workers: 'many' }, oidc: { clients: [{ client_id: 'x', redirect_uri: [] }] }, more: 1 };
    const said = await failedStart({ PORT: 'http', ROLECALL_ACCOUNT_ID: '12', ROLECALL_NO_SUCH: 'hush-hush' }, config);
    for (const place of ['PORT', 'ROLECALL_ACCOUNT_ID', 'ROLECALL_NO_SUCH', 'server.workers', 'more', 'redirect_uri']) {
      expect(said).toContain(place);
    }
    expect(said).not.toContain('hush-hush');
    expect(said).not.toMatch(/\bat .*\.js:\d+/);
  });

  testOnEmbedded.each([
    ['ROLECALL_MONGODB_URI', 'postgres://rolecall:hush-hush@db/rolecall'],
    ['ROLECALL_MONGODB_URI', 'mongodb://rolecall:hush-hush@db:27017'],
    ['ROLECALL_REDIS_URL', 'http://:hush-hush@cache'],
    ['ROLECALL_REDIS_URL', 'redis://:hush-hush@one,two'],
    ['ROLECALL_REDIS_KEY_PREFIX', 'hush hush-hush'],
  ])('an invalid %s is refused, and not repeated', async (name, value) => {
    const said = await failedStart({ [name]: value });
    expect(said).toContain(name);
    expect(said).not.toContain('hush-hush');
  });

  test('a key-encryption key other than the store’s prevents the start', async () => {
    const first = await start();
    await first.stop();
    const other = { ...SAME, ROLECALL_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 8).toString('base64') };
    expect(await failedStart(other)).toMatch(/key/i);
  });
});

describe('stopping', () => {
  /** Makes a server throw, at this signal, what nobody catches. */
  const THROWS = 'process.once("SIGUSR2", () => setImmediate(() => { throw new Error("thrown by the test"); }));';

  test.each([
    ['kill -9', 'SIGKILL', ''],
    ['what nobody caught', 'SIGUSR2', 'uncaught error: the process ends'],
  ] as const)('every user whose creation was acknowledged exists after %s, and works', async (_, signal, logged) => {
    const first = await start({}, ['--import', `data:text/javascript,${encodeURIComponent(THROWS)}`]);
    const iam = iamOf(first);
    const acknowledged: string[] = [];
    const child = first.process?.child;
    // Not `exit`: what it has written may still be on its way then.
    const ended = once(child ?? process, 'close');
    const make = async (worker: number): Promise<void> => {
      for (let index = 0; index < 500; index++) {
        const UserName = `u-${worker}-${index}`;
        await iam.createUser({ UserName });
        acknowledged.push(UserName);
        if (acknowledged.length === 150) child?.kill(signal);
      }
    };
    await Promise.allSettled([0, 1, 2, 3, 4, 5, 6, 7].map(make));
    expect((await ended)[1]).toBe('SIGKILL');
    expect(first.process?.stdout()).toContain(logged);
    expect(acknowledged.length).toBeGreaterThanOrEqual(150);
    const second = await start();
    const names = await namesOf(iamOf(second));
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    expect(names.size).toBeLessThanOrEqual(acknowledged.length + 9);
    await second.stop();
  });

  test('workers whose supervisor is killed while they write end, and release the store', async () => {
    const server = await start({ ROLECALL_WORKERS: '2' });
    const iam = iamOf(server);
    const { pid } = server.process?.child ?? {};
    while ((await childrenOf(pid)).length < 2) await wait(50);
    const workers = await childrenOf(pid);
    let made = 0;
    let going = true;
    const load = Array.from({ length: 12 }, async (_, caller) => {
      for (let n = 0; going; n++) {
        await iam.createUser({ UserName: `w-${caller}-${n}` }).then(
          () => made++,
          () => wait(20),
        );
      }
    });
    while (made < 200) await wait(20);
    process.kill(pid ?? 0, 'SIGKILL');
    const isThere = (worker: number): boolean => existsSync(`/proc/${worker}/stat`);
    for (let tries = 0; workers.some(isThere) && tries < 1_200; tries++) await wait(100);
    going = false;
    await Promise.all(load);
    const left = workers.filter(isThere);
    for (const worker of left) process.kill(worker, 'SIGKILL');
    expect(left).toEqual([]);
    const next = await start();
    await iamOf(next).createUser({ UserName: 'next' });
  });

  test('SIGTERM: requests in progress are answered, and the exit code is 0', async () => {
    const server = await start();
    const iam = iamOf(server);
    await iam.getUser({});
    const calls = Array.from({ length: 20 }, () => iam.listUsers({}).then(() => 'answered'));
    await Promise.race(calls);
    const child = server.process?.child;
    const ended = once(child ?? process, 'exit');
    child?.kill('SIGTERM');
    const results = await Promise.allSettled(calls);
    expect((await ended)[0]).toBe(0);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    await server.stop();
  });

  testOnEmbedded.each(['1', '2'])(
    'SIGTERM: readiness fails first, while calls are still answered (%s processes)',
    async (workers) => {
      const server = await start({ ROLECALL_DRAIN_DELAY: '120', ROLECALL_WORKERS: workers });
      const child = server.process?.child;
      const ended = once(child ?? process, 'exit');
      child?.kill('SIGTERM');
      const ask = (path: string) => send(server.url, { method: 'GET', path });
      await expectInTheEnd(async () => (await ask('/readyz')).status === 503);
      expect(await ask('/readyz/calls')).toMatchObject({ status: 503, body: 'stopping\n' });
      expect(await ask('/healthz')).toMatchObject({ status: 200, headers: { connection: 'close' } });
      const call = signedForm(server.url, { Action: 'GetCallerIdentity', Version: '2011-06-15' }, server.admin);
      expect(await send(server.url, call)).toMatchObject({ status: 200, headers: { connection: 'close' } });
      // The second signal ends the wait.
      child?.kill('SIGTERM');
      expect((await ended)[0]).toBe(0);
      await server.stop();
    },
  );

  test('workers share the store; a crashed one is replaced; all end with the supervisor', async () => {
    const server = await start({ ROLECALL_WORKERS: '2' });
    const iam = iamOf(server);
    await Promise.all(Array.from({ length: 20 }, (_, index) => iam.createUser({ UserName: `w-${index}` })));
    expect((await namesOf(iam)).size).toBe(21);
    // On a busy machine a worker may be too late with its part, and the scrape fails.
    await expectInTheEnd(async () => {
      const { body } = await send(server.url, { method: 'GET', path: '/metrics' });
      return /^rolecall_calls_total\{[^}]*operation="CreateUser"[^}]*\} (\d+)$/m.exec(body)?.[1] === '20';
    });
    const child = server.process?.child;
    const before = await childrenOf(child?.pid);
    expect(before).toHaveLength(2);
    process.kill(before[0] ?? 0, 'SIGKILL');
    await expectInTheEnd(async () => {
      const now = await childrenOf(child?.pid);
      return now.length === 2 && !now.includes(before[0] ?? 0);
    });
    expect((await namesOf(iam)).size).toBe(21);
    const ended = once(child ?? process, 'exit');
    await server.stop();
    expect((await ended)[0]).toBe(0);
  });
});

describe.each([
  { workers: '1', waitMs: 0 },
  // Caches of other processes may lag behind the change feed, by a second at most.
  { workers: '4', waitMs: 1000 },
])('a change takes effect on all of $workers processes after $waitMs ms', ({ workers, waitMs }) => {
  /** The statuses of twelve calls at once, each on a connection of its own, so that all processes get some. */
  const statuses = async (form: Record<string, string>, caller: AccessKeyPair): Promise<readonly number[]> => {
    const calls = Array.from({ length: 12 }, () => send(url(), signedForm(url(), form, caller)));
    return [...new Set((await Promise.all(calls)).map(({ status }) => status))];
  };
  const url = (): string => started.at(-1)?.url ?? '';
  const lag = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, waitMs));
  let iam: IAM;

  beforeEach(async () => {
    iam = iamOf(await start({ ROLECALL_WORKERS: workers }));
  });

  test('[S36] an inactive key', async () => {
    for (let round = 0; round < 4; round++) {
      const UserName = `revoked-${round}`;
      await iam.createUser({ UserName });
      const key = keyOf((await iam.createAccessKey({ UserName })) as Parameters<typeof keyOf>[0]);
      const identity = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
      expect(await statuses(identity, key)).toEqual([200]);
      await iam.updateAccessKey({ UserName, AccessKeyId: key.accessKeyId, Status: 'Inactive' });
      await lag();
      expect(await statuses(identity, key)).toEqual([403]);
    }
  });

  test('a policy put and deleted', async () => {
    const UserName = 'changing';
    await iam.createUser({ UserName });
    const key = keyOf((await iam.createAccessKey({ UserName })) as Parameters<typeof keyOf>[0]);
    const list = { Action: 'ListUsers', Version: '2010-05-08', MaxItems: '1' };
    for (let round = 0; round < 4; round++) {
      await iam.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allow('iam:ListUsers') });
      await lag();
      expect(await statuses(list, key)).toEqual([200]);
      await iam.deleteUserPolicy({ UserName, PolicyName: 'p' });
      await lag();
      expect(await statuses(list, key)).toEqual([403]);
    }
  });
});

async function expectInTheEnd(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come about');
}

describeOnEmbedded('standard output that accepts nothing', () => {
  const ENV = { ...SAME, ROLECALL_WORKERS: '1' };
  async function startOn(stdoutFile: string | undefined, env: Record<string, string> = {}): Promise<RunningServer> {
    const server = await startServer({
      directory,
      env: { ...ENV, ...env },
      ...(stdoutFile === undefined ? {} : { stdoutFile }),
    });
    started.push(server);
    return server;
  }
  async function untilTold(server: RunningServer, what: RegExp): Promise<void> {
    const deadline = Date.now() + 180_000;
    while (!what.test(server.process?.stderr() ?? '') && Date.now() < deadline) await wait(20);
    expect(server.process?.stderr()).toMatch(what);
  }
  async function call(server: RunningServer, times: number): Promise<void> {
    for (let i = 0; i < times; i++) await iamOf(server).getUser({});
  }

  test('a full disk: calls are answered, standard error says so, and the process stops cleanly', async () => {
    const server = await startOn('/dev/full');
    await untilTold(server, /standard output does not accept log lines \(ENOSPC/);
    await untilTold(server, /the first-start message could not be printed/);
    await call(server, 3);
    await server.stop();
    expect(server.process?.child.exitCode).toBe(0);
    expect(server.process?.stderr()).toMatch(/did not accept the last \d+ log lines/);
  });

  test('a reader that is gone', async () => {
    const server = await startOn(undefined);
    server.process?.child.stdout?.destroy();
    await call(server, 3);
    await untilTold(server, /standard output does not accept log lines \(write EPIPE/);
    await call(server, 3);
    await server.stop();
    expect(server.process?.child.exitCode).toBe(0);
  });

  test('a reader that stalls', async () => {
    const server = await startOn(undefined);
    server.process?.child.stdout?.pause();
    const iam = iamOf(server);
    for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 20 }, () => iam.getUser({})));
    await server.stop();
    expect(server.process?.child.exitCode).toBe(0);
    await untilTold(server, /did not accept the last \d+ log lines/);
  });

  test('the cause of a crash is then printed on standard error', async () => {
    const server = await startOn('/dev/full', { ROLECALL_WORKERS: '2' });
    // Workers whose supervisor is gone end as by a crash.
    server.process?.child.kill('SIGKILL');
    await untilTold(server, /uncaught error: the process ends: .*the supervisor of this worker is gone/);
  });
});

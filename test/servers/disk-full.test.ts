import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { iamOf, stsOf } from '../../harness/fleet.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';

/** What a request may take where the store refuses: nothing is waited for, so much is for a machine that does other things too. */
const BOUND_MS = 30_000;
const WRITERS = 8;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** No file of the process may grow beyond so many bytes from now on: a write past it fails as one on a full disk does. */
function limitFiles(server: RunningServer, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', [`--pid=${server.process?.child.pid}`, `--fsize=${bytes}:unlimited`]);
}

/** Makes users until told to stop. */
function makeUsers(server: RunningServer) {
  const iam = iamOf(server);
  const acknowledged: string[] = [];
  const refused: { readonly name: string; readonly error: unknown; readonly ms: number }[] = [];
  let going = true;
  async function write(worker: number): Promise<void> {
    for (let n = 0; going; n++) {
      const name = `w${worker}-${n}`;
      const from = performance.now();
      await iam.createUser({ UserName: name, Tags: [{ Key: 'filler', Value: 'x'.repeat(256) }] }).then(
        () => void acknowledged.push(name),
        (error: unknown) => void refused.push({ name, error, ms: performance.now() - from }),
      );
      await wait(1);
    }
  }
  const writers = Array.from({ length: WRITERS }, (_, worker) => write(worker));
  return {
    acknowledged,
    refused,
    async stop(): Promise<void> {
      going = false;
      await Promise.all(writers);
    },
  };
}

async function userNames(server: RunningServer): Promise<Set<string>> {
  const names = new Set<string>();
  let marker: string | undefined;
  do {
    const page = await iamOf(server).listUsers({ MaxItems: 1000, ...(marker !== undefined && { Marker: marker }) });
    for (const { UserName } of page.Users ?? []) names.add(UserName ?? '');
    marker = page.Marker;
  } while (marker !== undefined);
  return names;
}

/** Waits for an answer of /readyz. */
async function untilReadyz({ url }: RunningServer, status: number, text: RegExp): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/readyz`);
    const body = await answer.text();
    if (answer.status === status && text.test(body)) return;
    await wait(50);
  }
}

/** Each reason is logged once, without a stack, and the rest is counted. */
async function expectToldOnce(server: RunningServer): Promise<void> {
  const lines = (server.process?.stdout() ?? '').split('\n').filter((line) => line.includes('"level":50'));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(8);
  expect(lines.filter((line) => /"stack"/.test(line))).toEqual([]);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const count = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
  expect(count('rolecall_store_failures_total')).toBeGreaterThanOrEqual(100);
  expect(count('rolecall_audit_events_unstored_total')).toBeGreaterThan(0);
}

/** What was acknowledged is there; what was refused is there wholly or not at all. */
async function expectWhole(server: RunningServer, users: ReturnType<typeof makeUsers>): Promise<void> {
  const iam = iamOf(server);
  const listed = await userNames(server);
  expect(users.acknowledged.filter((name) => !listed.has(name))).toEqual([]);
  for (const { name } of users.refused.slice(0, 40)) {
    const tags = await iam.listUserTags({ UserName: name }).then(
      ({ Tags }) => Tags?.length,
      (error: Error) => error.name,
    );
    expect([name, tags]).toEqual([name, listed.has(name) ? 1 : 'NoSuchEntityException']);
  }
}

test('a full disk: changes get 503 ServiceUnavailable, everything else continues, nothing acknowledged is lost, and no restart is needed', async () => {
  const directory = temporaryDirectory();
  ends.push(directory.remove);
  const env = { ROLECALL_DATA_DIR: join(directory.path, 'data'), ROLECALL_KEY_ENCRYPTION_KEY: 'ab'.repeat(32) };
  const server = await startServer({ env });
  ends.push(server.stop);
  const users = makeUsers(server);
  ends.push(users.stop);
  while (users.acknowledged.length < 100) await wait(5);

  limitFiles(server, statSync(join(env.ROLECALL_DATA_DIR, 'data.mdb')).size + 64 * 1024);
  while (users.refused.length < 100) await wait(5);
  await untilReadyz(server, 503, /^embedded store \(identities\): is full: changes are refused$/m);
  await expect(stsOf(server).getCallerIdentity({})).resolves.toMatchObject({ Account: server.accountId });
  await expect(iamOf(server).getUser({ UserName: users.acknowledged[0] })).resolves.toBeDefined();

  limitFiles(server, 'unlimited');
  await untilReadyz(server, 200, /^embedded store \(identities\): ok$/m);
  const before = users.acknowledged.length;
  while (users.acknowledged.length < before + 100) await wait(5);
  await users.stop();
  for (const { error } of users.refused)
    expect(error).toMatchObject({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
  const texts = new Set(users.refused.map(({ error }) => (error as Error).message));
  expect([...texts].filter((text) => !/store is full|^The change was made, but/.test(text))).toEqual([]);
  // Only what was under way when the disk filled up was made without its announcement or event: after that no change is begun.
  const halves = users.refused.filter(({ error }) => /^The change was made/.test((error as Error).message));
  expect(halves.length).toBeLessThanOrEqual(2 * WRITERS);
  const listed = await userNames(server);
  expect(users.refused.filter(({ name }) => listed.has(name))).toEqual(halves);
  await expectToldOnce(server);
  expect(Math.max(...users.refused.map(({ ms }) => ms))).toBeLessThan(BOUND_MS);
  await expectWhole(server, users);

  await server.stop();
  const again = await startServer({ env });
  ends.push(again.stop);
  await expectWhole({ ...again, admin: server.admin }, users);
});

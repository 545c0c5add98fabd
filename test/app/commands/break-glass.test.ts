import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/kernel/audit-event.ts';
import { account, allow, makeRole, makeUser, refusal, roleArn, trust } from '../../sts/people.ts';
import { type InProcessServer, type Key, serveInProcess, startInProcess } from '../../support/in-process-server.ts';
import { send, signedJson } from '../../support/wire.ts';
import { environmentOf } from './everything.ts';
import { run } from './run.ts';

let directory: string;
let env: Record<string, string>;
let alice: Key;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-break-glass-'));
  env = environmentOf(directory);
  const server: InProcessServer = await startInProcess(env);
  alice = await makeUser(server, 'alice', allow('sts:AssumeRole'));
  await makeRole(server, 'emergency', { trust: trust(account), policy: allow('*') });
  const input = { Arn: roleArn('emergency'), Privileged: true };
  await send(server.url, signedJson(server.url, 'SetPrivileged', input, server.admin));
  await server.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What becomes of a try by the access key, and the value of the counter afterwards. */
async function tried(): Promise<{ outcome: string; uses: string | undefined }> {
  const server = await serveInProcess(env);
  try {
    const input = { RoleArn: roleArn('emergency'), RoleSessionName: 'session' };
    const assumed = server.sts(alice).send(new AssumeRoleCommand(input));
    const outcome = await assumed.then(
      () => 'assumed',
      async () => (await refusal(assumed)).name,
    );
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return { outcome, uses: /^rolecall_break_glass_uses_total (\d+)$/m.exec(metrics)?.[1] };
  } finally {
    await server.close();
  }
}
const events = async (): Promise<AuditEvent[]> =>
  (await run(['query-audit', '--limit', '20'], env)).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEvent);

test('[S37] break-glass lets a user do without the factor for a while; it and each use are on record and counted', async () => {
  expect(await tried()).toEqual({ outcome: 'AccessDenied', uses: '0' });
  const given = await run(['break-glass', 'alice', '--reason', 'all keys lost', '--minutes', '5'], env);
  expect([given.code, given.stderr]).toEqual([0, expect.stringContaining('needs no passkey for privileged roles')]);
  expect(await tried()).toEqual({ outcome: 'assumed', uses: '1' });
  const recorded = await events();
  expect(recorded).toContainEqual(
    expect.objectContaining({
      eventName: 'UseBreakGlass',
      resources: [roleArn('emergency')],
      request: { action: 'sts:AssumeRole', reason: 'all keys lost' },
    }),
  );
  expect(recorded).toContainEqual(
    expect.objectContaining({
      eventName: 'BreakGlass',
      eventSource: 'command-line',
      request: expect.objectContaining({ reason: 'all keys lost', minutes: 5 }),
    }),
  );
  expect((await run(['break-glass', 'alice', '--end'], env)).code).toBe(0);
  expect(await tried()).toEqual({ outcome: 'AccessDenied', uses: '0' });
});

test.each([
  [['alice'], 'say why with --reason, or --end'],
  [['alice', '--reason', 'x', '--minutes', '1441'], 'is not a number from 1 to 1440'],
  [['root', '--reason', 'x'], 'a root user cannot assume roles'],
])('break-glass %j is refused', async (args, words) => {
  const { code, stderr } = await run(['break-glass', ...args], env);
  expect([code > 0, stderr]).toEqual([true, expect.stringContaining(words)]);
});

test('[S26] check-roots names the accounts whose root user has no passkey, and fails then', async () => {
  const { code, stderr } = await run(['check-roots'], env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/account \d{12}.*: root user \S+ has no passkey\n.*one root user has no passkey/s);
});

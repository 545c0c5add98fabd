import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetUserCommand,
  ListMFADevicesCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Seen } from '../../../harness/person.ts';
import type { AuditEvent } from '../../../src/kernel/audit-event.ts';
import { ACCOUNT_ID, type ServedInProcess, serveInProcess, startInProcess } from '../../support/in-process-server.ts';
import { send, signedJson } from '../../support/wire.ts';
import { type Everything, environmentOf, makeEverything, signIn } from './everything.ts';
import { run } from './run.ts';

const ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

let directory: string;
let env: Record<string, string>;
let known: Everything;

/** Gives the tests of a command an installation of their own. */
function withInstallation(): void {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'rolecall-reset-'));
    env = environmentOf(directory);
    const server = await startInProcess(env);
    known = await makeEverything(server);
    await server.close();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
}

async function served<Result>(use: (server: ServedInProcess) => Promise<Result>): Promise<Result> {
  const server = await serveInProcess(env);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}

async function typed(server: ServedInProcess, user: string, password: string): Promise<PageSeen> {
  const page = pageOf(await newPerson(server.url).open(`${server.url}/sign-in`));
  return pageOf(await page.submit('sign in', { account: 'everything', user, password }));
}

async function lastEvent(): Promise<AuditEvent> {
  const { stdout } = await run(['query-audit', '--limit', '1'], env);
  return JSON.parse(stdout) as AuditEvent;
}

describe('[S36] reset-password', () => {
  withInstallation();

  test('gives a user a password that must be changed, prints it once, and ends all logins', async () => {
    const { code, stdout, stderr } = await run(['reset-password', 'alice'], env);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[A-Za-z0-9]{24}\n$/)]);
    expect(stderr).toContain(
      `new password of arn:aws:iam::${ACCOUNT_ID}:user/Alice, to be changed at the next sign-in`,
    );
    expect(stderr).toContain('reset-mfa removes it');
    const password = stdout.trim();
    await served(async (server) => {
      await expect(signIn(server, known)).rejects.toThrow();
      const asked = await typed(server, 'alice', password);
      const next = pageOf(await asked.submit('continue', { 'mfa code': known.codeNow() }));
      expect(next.text).toContain('new password');
    });
    const event = await lastEvent();
    expect(JSON.stringify(event)).not.toContain(password);
  });

  test('is audited with the user whose password it was', async () => {
    await run(['reset-password', 'root'], env);
    expect(await lastEvent()).toMatchObject({
      eventSource: 'command-line',
      eventName: 'ResetPassword',
      accountId: ACCOUNT_ID,
      resources: [`arn:aws:iam::${ACCOUNT_ID}:root`],
      request: { systemUser: expect.any(String) },
    });
  });

  test('lets a root user sign in without a change', async () => {
    const { stdout, stderr } = await run(['reset-password', 'root', '--account', ACCOUNT_ID], env);
    expect(stderr).not.toContain('to be changed');
    await served(async (server) => {
      const page = await typed(server, 'root@localhost', stdout.trim());
      expect(page.text).toContain('root');
      expect(page.text).not.toContain('new password');
    });
  });

  test.each([
    [['nobody'], 1, `account ${ACCOUNT_ID} has no user nobody; for its root user, say root`],
    [['user/root'], 1, 'has no user root'],
    [['root', '--account', '999999999999'], 1, 'there is no account 999999999999'],
    [['root', '--account', 'everything'], 2, 'is not the 12 digits of an account'],
    [[], 2, 'reset-password: root or USER is missing'],
  ])('%j is refused', async (more, exitCode, said) => {
    const { code, stdout, stderr } = await run(['reset-password', ...more], env);
    expect([code, stdout, stderr]).toEqual([exitCode, '', expect.stringContaining(said)]);
  });
});

describe('[S36] reset-mfa', () => {
  withInstallation();

  test('removes the devices of a user, who then signs in with only the password', async () => {
    const { code, stderr } = await run(['reset-mfa', 'ALICE'], env);
    expect([code, stderr]).toEqual([0, expect.stringContaining(known.serialNumber)]);
    expect(await lastEvent()).toMatchObject({
      eventName: 'ResetMfa',
      request: { serialNumbers: [known.serialNumber] },
    });
    await served(async (server) => {
      const iam = server.iam(known.admin);
      expect((await iam.send(new ListMFADevicesCommand({ UserName: 'Alice' }))).MFADevices).toEqual([]);
      expect((await iam.send(new ListVirtualMFADevicesCommand({}))).VirtualMFADevices).toEqual([]);
      expect((await typed(server, 'alice', 'seven quiet otters swim')).text).toContain('Alice');
    });
  });

  test('says so if there is none', async () => {
    expect(await run(['reset-mfa', 'root'], env)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(':root has no MFA device'),
    });
  });
});

describe('[S36] end-sessions', () => {
  withInstallation();

  // That sessions and tokens of an earlier generation are refused is tested in test/oidc/sessions.test.ts.
  const storedAlice = async (): Promise<Record<string, unknown>> => {
    const { stdout } = await run(['export', '-'], env);
    const line = stdout.split('\n').find((each) => each.includes('"userName":"Alice"')) ?? '{}';
    return (JSON.parse(line) as { document: Record<string, unknown> }).document;
  };

  test('ends the logins of a user, and changes nothing else', async () => {
    const before = await storedAlice();
    const { code, stderr } = await run(['end-sessions', 'alice'], env);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`tokens of arn:aws:iam::${ACCOUNT_ID}:user/Alice`)]);
    expect(await lastEvent()).toMatchObject({
      eventName: 'EndSessions',
      resources: [`arn:aws:iam::${ACCOUNT_ID}:user/Alice`],
    });
    expect(await storedAlice()).toEqual({ ...before, loginGeneration: Number(before['loginGeneration'] ?? 0) + 1 });
    await served(async (server) => expect(await signIn(server, known)).toContain('Alice'));
  });
});

describe('[S36] enable-user', () => {
  withInstallation();

  test('lets the last administrator in again, whoever disabled it', async () => {
    await served(async (server) => {
      const disable = signedJson(server.url, 'DisableUser', { UserName: 'admin', Reason: 'test' }, known.alice);
      await server
        .iam(known.admin)
        .send(new PutUserPolicyCommand({ UserName: 'Alice', PolicyName: 'all', PolicyDocument: ALL }));
      expect(await send(server.url, disable)).toMatchObject({ status: 200 });
    });
    const { code, stderr } = await run(['enable-user', 'admin'], env);
    expect([code, stderr]).toEqual([0, expect.stringContaining(':user/admin is enabled')]);
    expect(await lastEvent()).toMatchObject({
      eventSource: 'command-line',
      eventName: 'EnableUser',
      resources: [`arn:aws:iam::${ACCOUNT_ID}:user/admin`],
    });
    await served(async (server) => {
      const { User } = await server.iam(known.admin).send(new GetUserCommand({}));
      expect(User?.UserName).toBe('admin');
    });
  });

  test.each([
    [['root'], 1, 'a root user is never disabled'],
    [['nobody'], 1, 'has no user nobody'],
  ])('%j is refused', async (more, exitCode, said) => {
    expect(await run(['enable-user', ...more], env)).toMatchObject({
      code: exitCode,
      stderr: expect.stringContaining(said),
    });
  });
});

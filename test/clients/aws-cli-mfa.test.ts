import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Aws, awsCli, eachAwsProgram } from '../../harness/aws-cli.ts';
import { driveAws } from '../../harness/aws-cli-driver.ts';
import { allow, type Credentials, keyOf, sessionOf, trust } from '../../harness/documents.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';

let server: RunningServer;
let directory: string;

beforeAll(async () => {
  server = await obtainServer();
  directory = await mkdtemp(join(tmpdir(), 'rolecall-mfa-'));
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The code of an authenticator app `steps` time steps from now (RFC 6238: SHA-1, 30 seconds, six digits). */
function codeOf(seed: string, steps = 0): string {
  const bits = Array.from(seed.replace(/=+$/, ''), (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

describe.each(eachAwsProgram())('a second factor with $version', (installed) => {
  const program = driveAws(installed);
  const user = unique('dana');
  let admin: Aws;
  let dana: Aws;
  let seed: string;
  let serial: string;
  let role: string;

  afterAll(program.stop);
  beforeAll(async () => {
    admin = awsCli(program, server.url, server.admin);
    const arn = await admin.text('iam', 'create-user', '--user-name', user, '--query', 'User.Arn');
    dana = awsCli(program, server.url, keyOf(await admin.json('iam', 'create-access-key', '--user-name', user)));
    const condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const create = [
      '--role-name',
      unique('careful'),
      '--assume-role-policy-document',
      trust({ AWS: arn }, { condition }),
    ];
    role = await admin.text('iam', 'create-role', ...create, '--query', 'Role.Arn');
    const policy = ['--policy-name', 'list', '--policy-document', allow('iam:ListUsers')];
    await admin.json('iam', 'put-user-policy', '--user-name', user, ...policy);
  });

  test('a device is created, its seed is returned once, and two consecutive codes enable it', async () => {
    const file = join(directory, unique('seed'));
    const create = ['--virtual-mfa-device-name', user, '--outfile', file, '--bootstrap-method', 'Base32StringSeed'];
    serial = await admin.text(
      'iam',
      'create-virtual-mfa-device',
      ...create,
      '--query',
      'VirtualMFADevice.SerialNumber',
    );
    expect(serial).toBe(`arn:aws:iam::${server.accountId}:mfa/${user}`);
    seed = (await readFile(file, 'utf8')).trim();
    expect(seed).toMatch(/^[A-Z2-7]{32,}=*$/);
    const enable = ['iam', 'enable-mfa-device', '--user-name', user, '--serial-number', serial];
    const wrong = ['--authentication-code1', '000000', '--authentication-code2', '000000'];
    expect((await admin.refused(...enable, ...wrong)).code).toBe('InvalidAuthenticationCode');
    // The codes of the two steps before now, so that those of now and of the next step are left to use. Again if a step ends on the way.
    const codes = () => ['--authentication-code1', codeOf(seed, -2), '--authentication-code2', codeOf(seed, -1)];
    const attempt = () => admin.json(...enable, ...codes());
    await attempt().catch(attempt);
    const list = ['iam', 'list-mfa-devices', '--user-name', user, '--query', 'MFADevices[].SerialNumber'];
    expect(await admin.json(...list)).toEqual([serial]);
  });

  test('[S28] a code permits assuming a role that requires it, and works once', async () => {
    const assume = ['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'work'];
    expect((await dana.refused(...assume)).code).toBe('AccessDenied');
    const code = codeOf(seed);
    const withCode = [...assume, '--serial-number', serial, '--token-code', code];
    expect(await dana.text(...withCode, '--query', 'AssumedRoleUser.Arn')).toContain(':assumed-role/');
    expect((await dana.refused(...withCode)).code).toBe('AccessDenied');
  });

  test('[aws-behaviour 17] a session created with a code may call IAM', async () => {
    // Those before it are used up.
    const get = ['sts', 'get-session-token', '--serial-number', serial, '--token-code', codeOf(seed, 1)];
    const session = awsCli(program, server.url, sessionOf(await dana.json<{ Credentials: Credentials }>(...get)));
    await session.json('iam', 'list-users', '--max-items', '1');
    const assume = ['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'work'];
    expect(await session.text(...assume, '--query', 'AssumedRoleUser.Arn')).toContain(':assumed-role/');
  });

  test('a device can be deleted only after it is deactivated', async () => {
    const deletion = ['iam', 'delete-virtual-mfa-device', '--serial-number', serial];
    expect((await admin.refused(...deletion)).code).toBe('DeleteConflict');
    await admin.json('iam', 'deactivate-mfa-device', '--user-name', user, '--serial-number', serial);
    await admin.json(...deletion);
  });
});

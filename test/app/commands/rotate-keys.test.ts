import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/kernel/audit-event.ts';
import { ACCOUNT_ID, type Key, serveInProcess, startInProcess } from '../../support/in-process-server.ts';
import { run } from './run.ts';

let directory: string;
let env: Record<string, string>;
let admin: Key;
let temporary: Key;
const keys = () => join(directory, 'keys');

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-rotate-'));
  env = { ROLECALL_DATA_DIR: join(directory, 'data'), ROLECALL_KEYS_DIR: keys() };
  mkdirSync(keys());
  writeFileSync(join(keys(), 'key-encryption-key'), randomBytes(32).toString('base64'), { mode: 0o600 });
  // Otherwise `serveInProcess` sets a key in the environment.
  const server = await startInProcess({ ...env, ROLECALL_KEY_ENCRYPTION_KEY: '' });
  admin = server.admin;
  const { Credentials } = await server.sts().send(new GetSessionTokenCommand({}));
  temporary = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  await server.close();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Whether a server that is started now takes each of the keys. */
async function taken(more: Readonly<Record<string, string>> = {}) {
  const server = await serveInProcess({ ROLECALL_KEY_ENCRYPTION_KEY: '', ...env, ...more });
  try {
    const answers = [admin, temporary].map((key) =>
      server
        .sts(key)
        .send(new GetCallerIdentityCommand({}))
        .then(
          () => 'taken',
          (error: Error) => error.name,
        ),
    );
    return await Promise.all(answers);
  } finally {
    await server.close();
  }
}

/** The ids of the published keys of the account's outbound federation. */
async function outboundKeyIds(): Promise<readonly string[]> {
  const server = await serveInProcess({ ROLECALL_KEY_ENCRYPTION_KEY: '', ...env });
  try {
    const iam = server.iam(admin);
    await iam.send(new EnableOutboundWebIdentityFederationCommand({})).catch(() => {});
    const { IssuerIdentifier } = await iam.send(new GetOutboundWebIdentityFederationInfoCommand({}));
    const { keys } = await (await fetch(`${IssuerIdentifier}/.well-known/jwks.json`)).json();
    return (keys as { kid: string }[]).map(({ kid }) => kid);
  } finally {
    await server.close();
  }
}

async function recorded(more: Readonly<Record<string, string>> = {}): Promise<AuditEvent | undefined> {
  const { stdout } = await run(['query-audit', '--account', 'none', '--limit', '1'], { ...env, ...more });
  return stdout === '' ? undefined : (JSON.parse(stdout) as AuditEvent);
}

describe('[S19] rotate-keys', () => {
  test('generates new keys; what the previous ones signed stays valid', async () => {
    expect(await run(['rotate-keys'], env)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('still verify'),
    });
    expect(await taken()).toEqual(['taken', 'taken']);
    expect(await recorded()).toMatchObject({
      eventName: 'RotateKeys',
      eventSource: 'command-line',
      request: { dropFormer: false, systemUser: expect.any(String) },
    });
  });

  test('with --drop-former, what they signed becomes invalid, and access keys keep working', async () => {
    const before = await outboundKeyIds();
    expect(before).toHaveLength(2);
    expect(await run(['rotate-keys', '--drop-former'], env)).toMatchObject({ code: 0 });
    expect(await taken()).toEqual(['taken', 'InvalidClientTokenId']);
    const after = await outboundKeyIds();
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
  });
});

describe('[S43] rotate-keys --key-encryption-key', () => {
  const change = (more: Readonly<Record<string, string>> = {}) =>
    run(['rotate-keys', '--key-encryption-key'], { ...env, ...more });

  test('replaces the key file, and keeps the previous one', async () => {
    const former = readFileSync(join(keys(), 'key-encryption-key'), 'utf8');
    const { code, stderr } = await change();
    expect([code, stderr]).toEqual([0, expect.stringContaining('sealed under the new key-encryption key now')]);
    expect(await taken()).toEqual(['taken', 'taken']);
    const files = readdirSync(keys()).sort();
    expect(files).toEqual(['key-encryption-key', expect.stringMatching(/^key-encryption-key\.former-/)]);
    expect(readFileSync(join(keys(), files[1] ?? ''), 'utf8')).toBe(former);
    expect(statSync(join(keys(), 'key-encryption-key')).mode & 0o777).toBe(0o600);
    const event = await recorded();
    expect(event).toMatchObject({ eventName: 'ChangeKeyEncryptionKey', request: { from: expect.any(String) } });
    expect(stderr + JSON.stringify(event)).not.toContain(former.trim());
    writeFileSync(join(keys(), 'key-encryption-key'), former);
    await expect(taken()).rejects.toThrow(/is not the one that this store was made with/);
  });

  test('resumes if interrupted after the data keys were sealed', async () => {
    const [path, next] = [join(keys(), 'key-encryption-key'), join(keys(), 'key-encryption-key.next')];
    const former = readFileSync(path, 'utf8');
    await change();
    // As if it had ended before it moved the files.
    const made = readFileSync(path, 'utf8');
    rmSync(keys(), { recursive: true });
    mkdirSync(keys());
    writeFileSync(path, former, { mode: 0o600 });
    writeFileSync(next, made, { mode: 0o600 });
    await expect(taken()).rejects.toThrow(/is not the one/);
    expect(await change()).toMatchObject({ code: 0 });
    expect(readFileSync(path, 'utf8')).toBe(made);
    expect(await taken()).toEqual(['taken', 'taken']);
  });

  test('changes to the key given in a variable', async () => {
    const [one, other] = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')];
    expect(await change({ ROLECALL_NEW_KEY_ENCRYPTION_KEY: one })).toMatchObject({ code: 0 });
    const byVariable = { ROLECALL_KEY_ENCRYPTION_KEY: one };
    expect(await taken(byVariable)).toEqual(['taken', 'taken']);
    expect(await change(byVariable)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('give the new one by ROLECALL_NEW_KEY_ENCRYPTION_KEY'),
    });
    const same = { ...byVariable, ROLECALL_NEW_KEY_ENCRYPTION_KEY: one };
    expect(await change(same)).toMatchObject({ code: 1, stderr: expect.stringContaining('is the one in use') });
    const { code, stderr } = await change({ ...byVariable, ROLECALL_NEW_KEY_ENCRYPTION_KEY: other });
    expect([code, stderr]).toEqual([0, expect.stringContaining('set ROLECALL_KEY_ENCRYPTION_KEY')]);
    expect(stderr).not.toContain(other);
    expect(await taken({ ROLECALL_KEY_ENCRYPTION_KEY: other })).toEqual(['taken', 'taken']);
    expect(readdirSync(keys())).toEqual(['key-encryption-key']);
  });

  test('changes nothing without the key in use', async () => {
    const wrong = { ROLECALL_KEY_ENCRYPTION_KEY: 'ab'.repeat(32), ROLECALL_NEW_KEY_ENCRYPTION_KEY: 'cd'.repeat(32) };
    expect(await change(wrong)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not the one that this store was made with'),
    });
    expect(await taken()).toEqual(['taken', 'taken']);
  });
});

test('--saml-account publishes the next SAML key of an account, once', async () => {
  const certificates = async () => {
    const server = await serveInProcess({ ROLECALL_KEY_ENCRYPTION_KEY: '', ...env });
    const metadata = await fetch(`${server.url}/saml/idp/${ACCOUNT_ID}/metadata`);
    const found = [...(await metadata.text()).matchAll(/use="signing".*?<ds:X509Certificate>([^<]+)</g)];
    await server.close();
    return found.map(([, certificate]) => certificate);
  };
  const rollOver = (...more: string[]) => run(['rotate-keys', '--saml-account', ...more], env);
  const [first] = await certificates();
  expect(await rollOver(ACCOUNT_ID, '--in-days', '3')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('is published now, and signs from'),
  });
  const both = await certificates();
  expect([both[0], both.length]).toEqual([first, 2]);
  expect(await rollOver(ACCOUNT_ID)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a next SAML key already'),
  });
  expect(await rollOver('000000000000')).toMatchObject({ code: 1, stderr: expect.stringContaining('no account') });
  expect(await rollOver('root')).toMatchObject({ code: 2, stderr: expect.stringContaining('12 digits') });
  expect(await run(['rotate-keys', '--in-days', '3'], env)).toMatchObject({ code: 2 });
});

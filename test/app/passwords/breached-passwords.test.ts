import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { openBreached } from '../../../src/app/passwords/open-breached.ts';
import { readSettings } from '../../../src/app/settings/read-settings.ts';
import { requireStrongPasswords } from '../../../src/identity/first-start/first-passwords.ts';
import { type InProcessServer, startInProcess } from '../../support/in-process-server.ts';

/** The whole server with a list of breached passwords in a file. */

const BREACHED = 'nine violins under the old bridge';
const GOOD = 'a lantern, nine kites and rain';
const OTHER = 'four herons on a windy pier';

const directory = mkdtempSync(join(tmpdir(), 'rolecall-breached-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function configured(name: string, passwords: object): Record<string, string> {
  const path = join(directory, `${name}.json`);
  writeFileSync(path, JSON.stringify({ passwords }));
  return { ROLECALL_CONFIG: path };
}

let server: InProcessServer;
let withList: Record<string, string>;
beforeAll(async () => {
  const list = join(directory, 'list.txt');
  const hashes = [BREACHED, 'another one', 'a third one'].map((each) =>
    createHash('sha1').update(each).digest('hex').toUpperCase(),
  );
  writeFileSync(
    list,
    hashes
      .sort()
      .map((hash) => `${hash}:3\n`)
      .join(''),
  );
  withList = configured('list', { breached: { list } });
  server = await startInProcess(withList);
});
afterAll(() => server.close());

const refusal = { name: 'PasswordPolicyViolationException', message: expect.stringContaining('data breach') };

test('[S22] administrators and users cannot choose a password that is on the list', async () => {
  const iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  const UserName = 'alice';
  await iam.createUser({ UserName });
  await expect(iam.createLoginProfile({ UserName, Password: BREACHED })).rejects.toMatchObject(refusal);
  await iam.createLoginProfile({ UserName, Password: GOOD });
  await expect(iam.updateLoginProfile({ UserName, Password: BREACHED })).rejects.toMatchObject(refusal);
  await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, AllowUsersToChangePassword: true });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  const own = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  await expect(own.changePassword({ OldPassword: GOOD, NewPassword: BREACHED })).rejects.toMatchObject(refusal);
  await own.changePassword({ OldPassword: GOOD, NewPassword: OTHER });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('rolecall_breached_password_lookups_total{outcome="listed"} 3');
  expect(metrics).toContain('rolecall_breached_password_lookups_total{outcome="not-listed"} 2');
  expect(JSON.stringify(server.events)).not.toContain('violins');
});

test('[S22] the first account is not created with one', async () => {
  const isBreached = async (password: string) => password === BREACHED;
  const first = requireStrongPasswords({ isBreached }, { rootEmail: 'root@example.com', rootPassword: BREACHED });
  await expect(first).rejects.toThrow('rootPassword: Password has appeared in a data breach');
});

test('a list that cannot be read stops the start', async () => {
  const { passwords } = readSettings(
    configured('missing', { breached: { list: join(directory, 'none') } }),
    '/nowhere',
  );
  const opened = openBreached(passwords, { registry: new Registry(), onFault: () => undefined });
  await expect(opened).rejects.toMatchObject({
    problems: [expect.stringMatching(/^passwords\.breached\.list: ENOENT/)],
  });
});

test.each([
  ['both', { list: '/list.txt', endpoint: 'https://api.pwnedpasswords.com/range/' }, 'either `list` or `endpoint`'],
  ['without TLS', { endpoint: 'http://breaches.example/range/' }, 'must be an https URL that ends with a slash'],
  ['without a slash', { endpoint: 'https://breaches.example/range' }, 'must be an https URL that ends with a slash'],
  ['with a query', { endpoint: 'https://breaches.example/?p=/' }, 'must be an https URL that ends with a slash'],
  ['with a user', { endpoint: 'https://a:b@breaches.example/' }, 'must be an https URL that ends with a slash'],
])('settings that make no sense are refused: %s', (name, breached, message) => {
  expect(() => readSettings(configured(`bad ${name}`, { breached }), '/nowhere')).toThrow(message);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { startInProcess } from '../../support/in-process-server.ts';
import { run } from './run.ts';

const directory = temporaryDirectory();
const file = join(directory.path, 'config.json');
const env = {
  ROLECALL_CONFIG: file,
  ROLECALL_DATA_DIR: join(directory.path, 'data'),
  ROLECALL_KEY_ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
};
const LDAP = {
  kind: 'ldap',
  // Nobody listens there.
  servers: ['ldaps://127.0.0.1:1'],
  baseDn: 'dc=corp,dc=example',
  bindDn: 'cn=reader,dc=corp,dc=example',
  bindPassword: 'a password of the service account',
};

beforeAll(async () => {
  const web = { name: 'web', issuer: 'https://sso.example.com', clientId: 'x', clientSecret: 'y' };
  const connectors = [{ ...LDAP, name: 'corp' }, { ...LDAP, name: 'off', enabled: false }, web];
  writeFileSync(file, JSON.stringify({ federation: { connectors } }));
  const server = await startInProcess(env);
  // One process can have an embedded store open only once.
  await server.close();
});
afterAll(() => directory.remove());

describe('sync-directory', () => {
  test('a directory that cannot be reached fails the sync, which is on record', async () => {
    const ran = await run(['sync-directory', 'corp', '--may-disable', '5'], env);
    expect(ran).toMatchObject({ code: 1, stderr: 'rolecall: failed: the sync failed\n' });
    expect(ran.stdout).toContain('The sync failed.\n  ldaps://127.0.0.1:1 (127.0.0.1): ECONNREFUSED');
    expect(ran.stdout).not.toContain(LDAP.bindPassword);
    const { stdout } = await run(['query-audit', '--limit', '2'], env);
    const events = stdout.split('\n').filter((line) => line !== '');
    expect(events.map((line) => JSON.parse(line))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          eventName: 'StartSync',
          eventSource: 'command-line',
          request: expect.objectContaining({ connector: 'corp', isDryRun: false, mayDisable: 5 }),
        }),
        expect.objectContaining({ eventName: 'DirectorySync', outcome: 'failed', resources: ['corp'] }),
      ]),
    );
  });

  test('--json prints what GetSync returns', async () => {
    const { code, stdout } = await run(['sync-directory', 'corp', '--dry-run', '--json'], env);
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { State: 'FAILED', DryRun: true, Disabled: 0, Changes: [] }]);
  });

  test.each([
    ['nobody', 'there is no connector nobody'],
    ['web', 'a connector of the kind oidc has no list of people'],
    ['off', 'the connector is disabled'],
  ])('%s is refused: %s', async (name, why) => {
    expect(await run(['sync-directory', name], env)).toEqual({
      code: 1,
      stdout: '',
      stderr: `rolecall: failed: ${why}\n`,
    });
  });

  test.each([
    [[], 'CONNECTOR is missing'],
    [['corp', '--may-disable', '-1'], '--may-disable'],
    [['corp', '--may-disable', '2000000'], '--may-disable: 2000000 is not a number from 0 to 1000000'],
    [['corp', '--may-disable', 'all'], '--may-disable: all is not a number'],
  ])('the arguments %j are a mistake', async (args, why) => {
    const { code, stderr } = await run(['sync-directory', ...args], env);
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  });
});

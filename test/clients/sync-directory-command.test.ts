import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import { storesFor } from '../../harness/stores-of-tests.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { run } from '../app/commands/run.ts';
import { startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';
import { ACCESS, ldifEntry, PASSWORD, READER, SUFFIX, SUFFIX_ENTRIES } from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const ALICE = { id: '00000000-0000-4000-8000-000000000001', dn: `uid=alice,ou=people,${SUFFIX}` };
const LDIF = [
  SUFFIX_ENTRIES,
  ldifEntry(ALICE.dn, {
    ...{ objectClass: 'inetOrgPerson', uid: 'alice', cn: 'Alice', sn: 'A' },
    ...{ entryUUID: ALICE.id, userPassword: PASSWORD },
  }),
].join('\n');

const WRONG = 'a wrong password';

interface Tested {
  readonly Accepted: boolean;
  readonly Checks: readonly { readonly Name: string; readonly Outcome: string }[];
}

withPeer(hasSlapd, 'slapd')('sync-directory with a directory', () => {
  const directory = temporaryDirectory();
  const env = {
    ROLECALL_CONFIG: join(directory.path, 'config.json'),
    ROLECALL_DATA_DIR: join(directory.path, 'data'),
    ROLECALL_KEY_ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
    // The command opens the stores that the server used.
    ...storesFor(directory.path),
  };
  let slapd: Slapd;
  /** What the API has answered to tests of logins. */
  let tested: Readonly<Record<'right' | 'wrong' | 'guessed', Tested>>;

  beforeAll(async () => {
    slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: ACCESS });
    const corp = { kind: 'ldap', name: 'corp', servers: [slapd.secureUrl], ca: slapd.ca, baseDn: SUFFIX };
    const connector = { ...corp, bindDn: READER.dn, bindPassword: READER.password };
    const nobody = { ...connector, name: 'nobody', userFilter: '(uid=nobody)' };
    writeFileSync(env.ROLECALL_CONFIG, JSON.stringify({ federation: { connectors: [connector, nobody] } }));
    const server = await startInProcess(env);
    for (const [UserName, Subject] of [
      ['alice', ALICE.id],
      ['gone', '00000000-0000-4000-8000-000000000002'],
    ] as const) {
      await server.iam().send(new CreateUserCommand({ UserName }));
      const link = { ConnectorName: 'corp', Subject, UserName };
      const { status } = await send(server.url, signedJson(server.url, 'CreateLink', link, server.admin));
      expect(status).toBe(200);
    }
    const test = async (UserName: string, Password: string): Promise<Tested> => {
      const input = { Name: 'corp', Evidence: { Credentials: { UserName, Password } } };
      const { body } = await send(server.url, signedJson(server.url, 'TestConnector', input, server.admin));
      return JSON.parse(body) as Tested;
    };
    const [right, wrong] = [await test(' ALICE ', PASSWORD), await test('alice', WRONG)];
    for (let guess = 0; guess < 12; guess += 1) await test('alice', WRONG);
    tested = { right, wrong, guessed: await test('alice', PASSWORD) };
    // One process can have an embedded store open only once.
    await server.close();
  });
  afterAll(async () => {
    await slapd?.remove();
    directory.remove();
  });

  const sync = async (...args: readonly string[]) => await run(['sync-directory', ...args], env);

  test('a dry run shows what would change, and a sync changes it', async () => {
    const gone = (what: string) => `gone ${what}: not in the directory any more`;
    const dry = await sync('corp', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(gone('would be disabled')) });
    const refused = await sync('corp', '--may-disable', '0');
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('1 of 2 people would be disabled, and 0 may be'),
    });
    const done = await sync('corp');
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining(gone('disabled')) });
    const { stdout } = await sync('corp', '--json');
    const unchanged = { State: 'SUCCEEDED', Listed: 1, Linked: 2, Disabled: 0, Changes: [] };
    expect(JSON.parse(stdout)).toMatchObject({ ...unchanged, Kind: 'INCREMENTAL' });
    const full = JSON.parse((await sync('corp', '--full', '--json')).stdout);
    expect(full).toMatchObject({ ...unchanged, Kind: 'FULL', FullBecause: 'it was asked for' });
  });

  const checksOf = ({ Checks }: Tested) => Checks.map(({ Name, Outcome }) => `${Name} ${Outcome}`);

  test('TestConnector says whom a name and a password of the directory sign in', () => {
    expect(tested.right).toMatchObject({ Accepted: true, User: { UserName: 'alice', IsNew: false } });
    expect(checksOf(tested.right)).toEqual(['disabled PASSED', 'credentials PASSED', 'subject PASSED', 'user PASSED']);
    expect([tested.wrong.Accepted, ...checksOf(tested.wrong)]).toEqual([
      false,
      'disabled PASSED',
      'credentials FAILED',
    ]);
  });

  test('[S24] a test is no way to guess, also not by the command, and no password is on record', async () => {
    expect(checksOf(tested.guessed)).toEqual(['disabled PASSED', 'throttled FAILED']);
    const file = join(directory.path, 'credentials.json');
    writeFileSync(file, JSON.stringify({ UserName: 'alice', Password: PASSWORD }));
    const ran = await run(['test-login', 'corp', '--credentials', file], env);
    expect([ran.code, ran.stderr]).toEqual([1, 'rolecall: failed: the sign-in would be refused: throttled\n']);
    const audited = (await run(['query-audit', '--limit', '200'], env)).stdout;
    expect(audited).toContain('TestConnector');
    for (const text of [audited, ran.stdout, JSON.stringify(tested)]) {
      for (const secret of [PASSWORD, WRONG]) expect(text).not.toContain(secret);
    }
  });

  test('a directory that lists nobody refuses the sync', async () => {
    const { code, stdout, stderr } = await sync('nobody');
    expect([code, stderr]).toEqual([1, 'rolecall: failed: the sync was refused\n']);
    expect(stdout).toContain('The full sync was refused, and changed nothing.\n  the directory lists nobody');
  });
});

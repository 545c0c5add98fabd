import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OUTSIDE_CLIENT } from '../../../harness/outside-provider.ts';
import { type LoginTestScene, loginTestScene } from '../../rolecall/login-test-scene.ts';
import { account, allow, makeRole, roleArn, trust } from '../../sts/people.ts';
import { ACCOUNT_ID } from '../../support/in-process-server.ts';
import { type Ran, run } from './run.ts';

const directory = mkdtempSync(join(tmpdir(), 'rolecall-test-login-'));
const SUBJECT = 'subject-of-jane';
let scene: LoginTestScene;
beforeAll(async () => {
  scene = await loginTestScene(['corp']);
  const rules = {
    Condition: JSON.stringify({ StringEquals: { 'login:hd': 'corp.example' } }),
    Groups: { Claim: 'groups', Map: [{ Value: 'eng', Group: 'Developers' }], Always: ['Staff'] },
  };
  await scene.makeGroup('Developers', allow('sts:AssumeRole', roleArn('deploy')));
  await scene.connect('corp', { Rules: rules });
  await makeRole(scene.server, 'deploy', { trust: trust(account) });
  await makeRole(scene.server, 'audit', { trust: trust(account) });
  const provider = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${scene.outside.issuer.replace('http://', '')}`;
  await scene.server
    .iam()
    .send(new CreateOpenIDConnectProviderCommand({ Url: scene.outside.issuer, ClientIDList: [OUTSIDE_CLIENT] }));
  await makeRole(scene.server, 'outside', {
    trust: trust(
      { Federated: provider },
      { Condition: { StringEquals: { [`${scene.outside.issuer.replace('http://', '')}:sub`]: 'somebody-else' } } },
      'sts:AssumeRoleWithWebIdentity',
    ),
  });
  // One process can have an embedded store open only once.
  await scene.server.close();
});
afterAll(async () => {
  await scene.close();
  rmSync(directory, { recursive: true });
});

const CLAIMS = { sub: SUBJECT, preferred_username: 'jane', name: 'Jane', hd: 'corp.example', groups: ['eng', 'golf'] };

function fileWith(text: string): string {
  const file = join(directory, 'evidence');
  writeFileSync(file, text);
  return file;
}
const test_ = (args: readonly string[], evidence: string, option = '--claims'): Promise<Ran> =>
  run(['test-login', ...args, option, fileWith(evidence)], scene.env);

describe('test-login CONNECTOR', () => {
  test('prints a report that says who, which groups, and which roles', async () => {
    const { code, stdout, stderr } = await test_(['corp'], JSON.stringify(CLAIMS));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`A sign-in through corp would be accepted.

Checks
  ok       disabled   the connector is enabled
  ok       subject    sub ${SUBJECT}
  ok       condition  StringEquals login:hd
  ok       user       jane

Conditions
  ok      StringEquals login:hd: wants corp.example; is corp.example

User
  jane, who would be created: arn:aws:iam::${ACCOUNT_ID}:user/federated/corp/jane
  user name      from claim preferred_username
  display name   Jane (claim name)
  e-mail         none (no claim of the rules has a value)

Groups
  claim groups is eng, golf
  given      Staff (for everyone)
  given      Developers (for eng)
  would be added to Developers
  skipped: the account has no group Staff

Roles (AssumeRole)
  yes  ${roleArn('deploy')}
  no   ${roleArn('audit')}
         not allowed by the policies of the user and its groups; closest: policy own, statement #0
           resource: wants ${roleArn('deploy')}; is ${roleArn('audit')}
  no   ${roleArn('outside')}
         not allowed by the trust policy: no statement is about sts:AssumeRole
`);
  });

  test('prints JSON for programs, and fails for a login that would be refused', async () => {
    const { code, stdout, stderr } = await test_(
      ['corp', '--json'],
      JSON.stringify({ ...CLAIMS, hd: 'other.example' }),
    );
    expect([code, stderr]).toEqual([1, 'rolecall: failed: the sign-in would be refused: condition\n']);
    expect(JSON.parse(stdout)).toMatchObject({
      Accepted: false,
      Conditions: [{ Key: 'login:hd', Actual: ['other.example'], Holds: false }],
      Roles: [],
    });
  });

  test('verifies an ID token with the keys of the provider', async () => {
    scene.outside.people.set(SUBJECT, CLAIMS);
    const token = await scene.idToken(SUBJECT);
    const accepted = await test_(['corp'], token, '--id-token');
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok {7}signature {2}key outside/) });
    expect(accepted.stdout + accepted.stderr).not.toContain(token.split('.')[1]);
  });

  test('shows hostile claims without obeying them', async () => {
    const { stdout } = await test_(
      ['corp'],
      JSON.stringify({ ...CLAIMS, hd: '\u001b[2J\u202eelpmaxe\nok  signature' }),
    );
    expect(stdout).toContain(String.raw`is \u{1b}[2J\u{202e}elpmaxe\u{a}ok  signature`);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('test-login --role', () => {
  test('says which condition of the trust policy fails, with which value', async () => {
    scene.outside.people.set(SUBJECT, CLAIMS);
    const token = await scene.idToken(SUBJECT);
    const { code, stdout, stderr } = await test_(['--role', roleArn('outside')], token, '--web-identity-token');
    expect([code, stderr]).toEqual([1, 'rolecall: failed: the call would be refused\n']);
    const key = `${scene.outside.issuer.replace('http://', '')}:sub`;
    expect(stdout).toContain(`Trust policy on sts:AssumeRoleWithWebIdentity
  NOT allowed
  statement #0 (Allow) does not match
    StringEquals ${key}: wants somebody-else; is ${SUBJECT}
`);
    const json = await test_(['--role', roleArn('outside'), '--json'], token, '--web-identity-token');
    expect(JSON.parse(json.stdout)).toMatchObject({ Accepted: false, Identity: { Subject: SUBJECT } });
  });
});

test.each([
  [['corp'], 2, 'give one of --claims, --id-token'],
  [['corp', '--claims', 'a', '--id-token', 'b'], 2, 'give one of --claims, --id-token'],
  [['--claims', 'a'], 2, 'CONNECTOR or --role is missing'],
  [['corp', '--role', 'a', '--web-identity-token', 'b'], 2, 'corp is not understood'],
  [['corp', '--claims', 'a', '--provider', 'b'], 2, '--provider is for --role'],
  [['corp', '--saml-response', '/no/such/file'], 1, '/no/such/file cannot be read (ENOENT)'],
  [['--role', 'a', '--saml-response', 'b'], 2, '--saml-response needs --provider'],
  [['corp', '--claims', '/no/such/file'], 1, '/no/such/file cannot be read (ENOENT)'],
])('says what is wrong with %j', async (args, code, message) => {
  const ran = await run(['test-login', ...args], scene.env);
  expect(ran).toMatchObject({ code, stderr: expect.stringContaining(message) });
});

test('names a connector, a role or a file that is not there, and never repeats the evidence', async () => {
  expect((await test_(['nowhere'], '{}')).stderr).toBe('rolecall: failed: there is no connector nowhere\n');
  const missing = await test_(['--role', roleArn('missing')], 'planted-secret', '--web-identity-token');
  expect(missing.stderr).toContain(`there is no role ${roleArn('missing')}`);
  const broken = await test_(['corp'], 'planted-secret {');
  expect([broken.code, broken.stdout, broken.stderr]).toEqual([1, '', 'rolecall: failed: the claims are not JSON\n']);
  expect((await test_(['corp'], ' \n')).stderr).toContain('is empty');
});

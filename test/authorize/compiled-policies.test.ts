import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  ListUsersCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CompiledPolicies } from '../../src/authorize/compiled-policies.ts';
import type { GatheredPolicy } from '../../src/authorize/gather-policies.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';

function policy(more: Partial<GatheredPolicy> = {}): GatheredPolicy {
  return {
    text: allow('s3:*'),
    source: { id: 'arn:p', type: 'managed' },
    version: 'ANPA1 v1',
    policyName: 'p',
    awsManaged: false,
    holder: { type: 'user', name: 'alice' },
    ...more,
  };
}

describe('compiled policies', () => {
  test('one version of a managed policy is compiled once for all its holders', () => {
    const compiled = new CompiledPolicies(10);
    const first = compiled.of(policy());
    expect(first.statements).toHaveLength(1);
    expect(compiled.of(policy({ holder: { type: 'role', name: 'worker' } }))).toBe(first);
  });

  test.each<[string, Partial<GatheredPolicy>]>([
    ['another version', { version: 'ANPA1 v2' }],
    ['another policy', { version: 'ANPA2 v1' }],
    ['a boundary, which decisions name otherwise', { source: { id: 'arn:p', type: 'boundary' } }],
    ['an inline policy', { version: undefined, source: { id: 'p', type: 'inline' } }],
  ])('%s is compiled separately', (_name, more) => {
    const compiled = new CompiledPolicies(10);
    const first = compiled.of(policy());
    const other = compiled.of(policy({ ...more, text: allow(['iam:GetUser', 'iam:ListUsers']) }));
    expect(other).not.toBe(first);
    expect(other.statements[0]?.actions.patterns).toEqual(['iam:GetUser', 'iam:ListUsers']);
  });

  test('the cache stays within its limit', () => {
    const compiled = new CompiledPolicies(2);
    const first = compiled.of(policy());
    for (let number = 2; number < 9; number++) compiled.of(policy({ version: `ANPA1 v${number}` }));
    expect(compiled.of(policy())).not.toBe(first);
  });
});

describe('[S44] a change of a managed policy applies to all its holders', () => {
  let server: InProcessServer;
  const PolicyArn = `arn:aws:iam::${ACCOUNT_ID}:policy/shared`;
  const users = ['anna', 'ben'];
  const keys = new Map<string, Awaited<ReturnType<typeof makeUser>>>();
  const attach = () =>
    Promise.all(users.map((UserName) => server.iam().send(new AttachUserPolicyCommand({ UserName, PolicyArn }))));
  const mayListUsers = () =>
    Promise.all(
      users.map((name) =>
        server
          .iam(keys.get(name))
          .send(new ListUsersCommand({}))
          .then(
            () => true,
            (error: Error) => (error.name === 'AccessDenied' ? false : Promise.reject(error)),
          ),
      ),
    );

  beforeAll(async () => {
    server = await startInProcess();
    for (const name of users) keys.set(name, await makeUser(server, name));
    await server.iam().send(new CreatePolicyCommand({ PolicyName: 'shared', PolicyDocument: allow('iam:ListUsers') }));
    await attach();
  });
  afterAll(() => server.close());

  test('another default version', async () => {
    expect(await mayListUsers()).toEqual([true, true]);
    const PolicyDocument = allow('iam:ListRoles');
    await server.iam().send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
    expect(await mayListUsers()).toEqual([false, false]);
    await server.iam().send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    expect(await mayListUsers()).toEqual([true, true]);
  });

  test('a new policy with the name of a deleted one, whose first version is v1 again', async () => {
    const { iam } = server;
    for (const UserName of users) await iam().send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    await iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    await iam().send(new DeletePolicyCommand({ PolicyArn }));
    await iam().send(new CreatePolicyCommand({ PolicyName: 'shared', PolicyDocument: allow('iam:ListRoles') }));
    await attach();
    expect(await mayListUsers()).toEqual([false, false]);
  });
});

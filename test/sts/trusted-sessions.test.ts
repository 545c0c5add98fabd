import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Role, roles } from '../../src/identity/documents/role.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { allow, keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from './people.ts';

let server: InProcessServer;
let collections: CollectionStore;
let alice: Key;

beforeAll(async () => {
  server = await startInProcess({}, (opened) => {
    collections = opened.collections;
    return opened;
  });
  alice = await makeUser(server, 'alice');
});
afterAll(() => server.close());

const sessionArn = (role: string, session: string): string =>
  `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role}/${session}`;
const assume = (key: Key, role: string, RoleSessionName = 'ci') =>
  server.sts(key).send(new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName }));
const sessionOf = async (role: string, name?: string): Promise<Key> =>
  keyOf((await assume(alice, role, name)).Credentials);
const makeFirst = (name: string) =>
  makeRole(server, name, { trust: trust({ AWS: userArn('alice') }), policy: allow('sts:AssumeRole') });
const remove = async (RoleName: string): Promise<void> => {
  await server.iam().send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }));
  await server.iam().send(new DeleteRoleCommand({ RoleName }));
};
const shownTrust = async (RoleName: string): Promise<string> => {
  const { Role } = await server.iam().send(new GetRoleCommand({ RoleName }));
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
};
const outcome = async (key: Key, role: string): Promise<string> => {
  try {
    await assume(key, role);
    return 'trusted';
  } catch (error) {
    return (error as Error).name;
  }
};

/** Saves a trust policy as versions did that kept no id of sessions. */
async function saveAsFormerVersion(name: string, change: Partial<Role> = {}): Promise<void> {
  const collection = collections.open(roles);
  const [role] = (await collection.find('byName', [ACCOUNT_ID, name])).items;
  if (role === undefined) throw new Error(`no role ${name}`);
  await collection.update([ACCOUNT_ID, role.roleId], (old) => ({ ...old, trustedIds: {}, ...change }));
}

test('a session named by a trust policy is trusted, but no other session of the same role', async () => {
  await makeFirst('first');
  await makeRole(server, 'second', { trust: trust({ AWS: sessionArn('first', 'ci') }) });
  expect(await outcome(await sessionOf('first'), 'second')).toBe('trusted');
  expect(await outcome(await sessionOf('first', 'me'), 'second')).toBe('AccessDenied');
});

test('[IAM user guide, Principal] a role recreated under the same name is not trusted by a session’s ARN', async () => {
  await makeFirst('again');
  await makeRole(server, 'after-again', { trust: trust({ AWS: sessionArn('again', 'ci') }) });
  const before = await shownTrust('after-again');
  expect(before).toBe(trust({ AWS: sessionArn('again', 'ci') }));
  await remove('again');
  expect(await shownTrust('after-again')).toMatch(/"AWS":"AROA[A-Z2-7]{16}:ci"/);
  await makeFirst('again');
  expect(await outcome(await sessionOf('again'), 'after-again')).toBe('AccessDenied');
  expect(await shownTrust('after-again')).toMatch(/"AWS":"AROA[A-Z2-7]{16}:ci"/);
  await server.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'after-again', PolicyDocument: before }));
  expect(await outcome(await sessionOf('again'), 'after-again')).toBe('trusted');
});

test('a trust policy that shows an id cannot be saved again, because nobody has that id', async () => {
  await makeFirst('gone');
  await makeRole(server, 'after-gone', { trust: trust({ AWS: sessionArn('gone', 'ci') }) });
  await remove('gone');
  const PolicyDocument = await shownTrust('after-gone');
  const put = server.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'after-gone', PolicyDocument }));
  expect((await refusal(put)).message).toMatch(/^Invalid principal in policy: "AWS":"AROA/);
});

test('a policy of an earlier version trusts a session of a role that is older than the trusting one', async () => {
  await makeFirst('old');
  await makeRole(server, 'after-old', { trust: trust({ AWS: sessionArn('old', 'ci') }) });
  await saveAsFormerVersion('after-old');
  expect(await outcome(await sessionOf('old'), 'after-old')).toBe('trusted');
  expect(await outcome(await sessionOf('old', 'me'), 'after-old')).toBe('AccessDenied');
  expect(await shownTrust('after-old')).toBe(trust({ AWS: sessionArn('old', 'ci') }));
});

test('a policy of an earlier version trusts no session of a role that may be a successor, until it is saved again', async () => {
  await makeFirst('new');
  await makeRole(server, 'after-new', { trust: trust({ AWS: sessionArn('new', 'ci') }) });
  await saveAsFormerVersion('after-new', { createdAt: Date.now() - 60_000 });
  expect(await outcome(await sessionOf('new'), 'after-new')).toBe('AccessDenied');
  const PolicyDocument = await shownTrust('after-new');
  expect(PolicyDocument).toBe(trust({ AWS: sessionArn('new', 'ci') }));
  await server.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'after-new', PolicyDocument }));
  expect(await outcome(await sessionOf('new'), 'after-new')).toBe('trusted');
});

test('a deny of an earlier version applies by name', async () => {
  await makeFirst('denied');
  const document = (name: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: ACCOUNT_ID }, Action: 'sts:AssumeRole' },
        { Effect: 'Deny', Principal: { AWS: sessionArn(name, 'ci') }, Action: 'sts:AssumeRole' },
      ],
    });
  await makeRole(server, 'after-denied', { trust: document('denied') });
  await saveAsFormerVersion('after-denied', { createdAt: Date.now() - 60_000 });
  expect(await outcome(await sessionOf('denied'), 'after-denied')).toBe('AccessDenied');
  expect(await outcome(await sessionOf('denied', 'me'), 'after-denied')).toBe('trusted');
});

test('a user of an account that was unknown when the policy was saved is not trusted by name', async () => {
  const stranger = 'arn:aws:iam::999999999999:user/alice';
  const answer = await server
    .iam()
    .send(new CreateRoleCommand({ RoleName: 'for-stranger', AssumeRolePolicyDocument: trust({ AWS: stranger }) }));
  expect(decodeURIComponent(answer.Role?.AssumeRolePolicyDocument ?? '')).toBe(trust({ AWS: stranger }));
});

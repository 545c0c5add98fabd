import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Authorizer, createAuthorizer, denialMessage } from '../../src/authorize/authorizer.ts';
import { organizationStandings } from '../../src/authorize/organization-standing.ts';
import type { Role } from '../../src/identity/documents/role.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { callerOf } from '../../src/identity/sessions/session-identity.ts';
import {
  ACCOUNT_ID,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  rootOf,
  START,
} from '../iam/support/iam-under-test.ts';
import { allow } from '../sts/people.ts';

/** Whom service control policies limit, one row each. The first account manages an organization that denies everything at its root. */
let iam: IamUnderTest;
let authorizer: Authorizer;
const OUTSIDER = '333333333333';
const callers: Record<string, Caller> = {};

const SOURCE = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: 'us-east-1' };
const SESSION = {
  ...{ issuedAt: START, expiresAt: START + 3_600_000, tags: [], transitiveTagKeys: [] },
  ...{ sessionPolicies: [], sessionPolicyArns: [] },
};
const DENY = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

beforeAll(async () => {
  iam = await openIam();
  const { store, ephemeral } = iam.deps;
  authorizer = createAuthorizer({ store, feed: ephemeral, clock: iam.clock });
  const [first] = (await store.accounts.find('byRootEmail', [], { limit: 1 })).items;
  if (first === undefined) throw new Error('there is no account');
  await store.accounts.insert({ ...first, accountId: OUTSIDER, root: { ...first.root, email: 'outside@example.com' } });
  const placed = { parentId: 'r-root', joinedAt: START, joinedMethod: 'CREATED' as const, policyIds: [], tags: [] };
  await store.organizationPolicies.insert({
    ...{ organizationId: 'o-1', policyId: 'p-deny', type: 'SERVICE_CONTROL_POLICY', name: 'deny', description: '' },
    ...{ content: DENY, revision: 1, tags: [] },
  });
  await store.organizations.insert({
    ...{ organizationId: 'o-1', managementAccountId: ACCOUNT_ID, createdAt: START, featureSet: 'ALL' },
    root: { rootId: 'r-root', policyIds: ['p-deny'], tags: [] },
    ...{ policyTypes: ['SERVICE_CONTROL_POLICY'], units: [], services: [], delegations: [] },
    policies: [{ policyId: 'p-deny', type: 'SERVICE_CONTROL_POLICY' }],
    accounts: [ACCOUNT_ID, OTHER_ACCOUNT_ID].map((accountId) => ({ accountId, name: accountId, ...placed })),
  });
  for (const accountId of [ACCOUNT_ID, OTHER_ACCOUNT_ID, OUTSIDER]) {
    const caller = rootOf(accountId);
    const { User } = await iam.call('CreateUser', { UserName: 'ann' }, caller);
    await iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'all', PolicyDocument: allow(['*']) }, caller);
    const user = { userName: 'ann', path: '/', uniqueId: User.UserId };
    callers[accountId] = callerOf({ type: 'User', accountId, accessKeyId: 'ASIAANN', ...user, session: SESSION });
  }
  callers['linked'] = await roleSession('linked', { path: '/aws-service-role/x/', linkedService: 'x.amazonaws.com' });
  callers['pathOnly'] = await roleSession('path-only', { path: '/aws-service-role/x/' });
  callers['role'] = await roleSession('role', { path: '/' });
});
afterAll(async () => {
  authorizer.close();
  await iam.close();
});

/** A session of a role of the member account. */
async function roleSession(roleName: string, given: Pick<Role, 'path' | 'linkedService'>): Promise<Caller> {
  const caller = rootOf(OTHER_ACCOUNT_ID);
  const AssumeRolePolicyDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"x.amazonaws.com"},"Action":"sts:AssumeRole"}]}`;
  const { Role } = await iam.call('CreateRole', { RoleName: roleName, AssumeRolePolicyDocument }, caller);
  const PolicyDocument = allow(['*']);
  await iam.call('PutRolePolicy', { RoleName: roleName, PolicyName: 'all', PolicyDocument }, caller);
  await iam.deps.store.roles.update([OTHER_ACCOUNT_ID, Role.RoleId], (role) => ({ ...role, ...given }));
  return callerOf({
    type: 'AssumedRole',
    ...{ accountId: OTHER_ACCOUNT_ID, accessKeyId: 'ASIAROLE', sessionName: 'session', session: SESSION },
    ...{ roleName, path: given.path, uniqueId: Role.RoleId as string },
  });
}

test.each([
  ['a user of the management account', () => callers[ACCOUNT_ID], undefined],
  ['the root user of the management account', () => rootOf(ACCOUNT_ID), undefined],
  ['a user of a member', () => callers[OTHER_ACCOUNT_ID], 'with an explicit deny in a service control policy'],
  ['the root user of a member', () => rootOf(OTHER_ACCOUNT_ID), 'with an explicit deny in a service control policy'],
  ['a role of a member', () => callers['role'], 'with an explicit deny in a service control policy'],
  ['a service-linked role of a member', () => callers['linked'], undefined],
  [
    'a role of a member that has only the path of one',
    () => callers['pathOnly'],
    'with an explicit deny in a service control policy',
  ],
  ['a user of an account outside', () => callers[OUTSIDER], undefined],
  ['the root user of an account outside', () => rootOf(OUTSIDER), undefined],
] as const)('[organizations] service control policies and %s', async (_who, callerFor, denial) => {
  const caller = callerFor();
  if (caller === undefined) throw new Error('there is no such caller');
  const target = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key', resourceAccountId: caller.accountId };
  const verdict = await authorizer.decide({ caller, source: SOURCE, now: START }, target);
  expect(verdict.decision.allowed).toBe(denial === undefined);
  if (denial !== undefined) expect(denialMessage(verdict)).toContain(denial);
});

test('[organizations] where an account was seen last is declared first, so one read is enough if it is still there', async () => {
  const { store } = iam.deps;
  const order: string[] = [];
  const find: typeof store.organizations.find = (...args) => {
    order.push('read');
    return store.organizations.find(...args);
  };
  const loader = {
    store: { ...store, organizations: { find } } as unknown as typeof store,
    dependOn: (_collection: string, key: readonly string[]) => void order.push(key.join('/')),
  };
  const standingOf = organizationStandings();
  const place = async (accountId: string) => {
    order.length = 0;
    const { orgPaths } = await standingOf(loader, accountId);
    return [orgPaths?.[0], ...order.slice(0, order.lastIndexOf('read') + 1)];
  };
  const [id, root] = [OTHER_ACCOUNT_ID, `o-1/r-root`];
  expect(await place(ACCOUNT_ID)).toEqual(['o-1/r-root/', ACCOUNT_ID, 'read', root, `o-1/${ACCOUNT_ID}`, 'read']);
  expect(await place(id)).toEqual(['o-1/r-root/', id, root, `o-1/${id}`, 'read']);
  const unit = { unitId: 'ou-root-1', name: 'unit', parentId: 'r-root', policyIds: [], tags: [] };
  await store.organizations.update(['o-1'], (old) => ({
    ...old,
    units: [unit],
    accounts: old.accounts.map((each) => (each.accountId === id ? { ...each, parentId: unit.unitId } : each)),
  }));
  const moved = [...[id, root, `o-1/${id}`, 'read'], ...[root, 'o-1/ou-root-1', `o-1/${id}`, 'read']];
  expect(await place(id)).toEqual(['o-1/r-root/ou-root-1/', ...moved]);
  await store.organizations.update(['o-1'], ({ accounts, ...old }) => ({ ...old, accounts: accounts.slice(0, 1) }));
  expect(await place(id)).toEqual([undefined, id, root, 'o-1/ou-root-1', `o-1/${id}`, 'read']);
});

import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateVirtualMFADeviceCommand,
  DeleteUserPermissionsBoundaryCommand,
  EnableMFADeviceCommand,
  GetUserCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAuthorizer } from '../../src/authorize/authorizer.ts';
import { openRoleFinder, type RoleFinder } from '../../src/evaluation/role-finder.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { createRole } from '../../src/identity/roles/create-role.ts';
import { deleteRole } from '../../src/identity/roles/delete-role.ts';
import { openTrustingRoles } from '../../src/identity/roles/trusting-roles.ts';
import { updateTrustPolicy } from '../../src/identity/roles/update-role.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { account, allow, keyOf, makeRole, makeUser, roleArn, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const OTHER = '210987654321';
const random = systemRandom();
let server: InProcessServer;
let store: IdentityStore;
let finder: RoleFinder;
/** Everyone who asks: by an access key, a session without and with a second factor, and a session of a role. */
let callers: { readonly [Name in 'key' | 'plain' | 'factor' | 'hub']: Key };

beforeAll(async () => {
  server = await startInProcess({}, (stores) => {
    const { collections, ephemeral: feed } = stores;
    store = announceChanges(openIdentityStore(collections), feed);
    const roles = openTrustingRoles({ store, feed, clock: systemClock });
    finder = openRoleFinder({ roles, authorizer: createAuthorizer({ store, feed, clock: systemClock }) });
    return stores;
  });
  await store.accounts.insert({
    accountId: OTHER,
    alias: 'partners',
    createdAt: Date.now(),
    root: {
      email: 'root@partners.example',
      passwordHash: 'none',
      passwordChangedAt: 0,
      accessKeys: [],
      mfaDevices: [],
    },
  });
  const key = await makeUser(server, 'alice');
  await makeUser(server, 'bob');
  const iam = server.iam();
  await iam.send(new TagUserCommand({ UserName: 'alice', Tags: [{ Key: 'team', Value: 'blue' }] }));
  await iam.send(new CreateGroupCommand({ GroupName: 'devs' }));
  await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName: 'alice' }));
  const plain = keyOf((await server.sts(key).send(new GetSessionTokenCommand({}))).Credentials);
  await makeRole(server, 'hub', {
    trust: trust({ AWS: userArn('alice') }, {}, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
    policy: allow('sts:*'),
  });
  const hub = await server.sts(key).send(
    new AssumeRoleCommand({
      RoleArn: roleArn('hub'),
      RoleSessionName: 'alice',
      SourceIdentity: 'alice',
      Tags: [{ Key: 'team', Value: 'red' }],
      TransitiveTagKeys: ['team'],
    }),
  );
  callers = { key, plain, factor: await sessionWithFactor(key), hub: keyOf(hub.Credentials) };
  const narrow = allow('sts:AssumeRole', `arn:aws:iam::*:role/r1`);
  await iam.send(new CreatePolicyCommand({ PolicyName: 'narrow', PolicyDocument: narrow }));
  for (const accountId of [ACCOUNT_ID, OTHER]) {
    for (const roleName of ['r1', 'r2', 'r3']) {
      const tags = [{ key: 'env', value: roleName === 'r2' ? 'prod' : 'test' }];
      await createRole({ store, random }, { accountId, roleName, trustPolicy: NOBODY, tags, now: Date.now() });
    }
  }
});
afterAll(() => server.close());

async function sessionWithFactor(key: Key): Promise<Key> {
  const { VirtualMFADevice } = await server
    .iam()
    .send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const { SerialNumber = '', Base32StringSeed = new Uint8Array() } = VirtualMFADevice ?? {};
  const seed = decodeBase32(Buffer.from(Base32StringSeed).toString());
  const code = (offset: number): string => codeAt(seed, timeStepAt(Date.now()) + offset);
  const codes = { AuthenticationCode1: code(-1), AuthenticationCode2: code(0) };
  await server.iam().send(new EnableMFADeviceCommand({ UserName: 'alice', SerialNumber, ...codes }));
  const command = new GetSessionTokenCommand({ SerialNumber, TokenCode: code(1) });
  return keyOf((await server.sts(key).send(command)).Credentials);
}

interface Listed {
  readonly Arn: string;
  readonly AccountAlias?: string;
  readonly TrustedAs: string;
  readonly GrantedBy: readonly object[];
  readonly NeedsSecondFactor: boolean;
}

async function page(key: Key, input: object = {}): Promise<{ Roles: readonly Listed[]; NextToken?: string }> {
  const { status, body } = await send(server.url, signedJson(server.url, 'ListAssumableRoles', input, key));
  if (status !== 200) throw new Error(body);
  return JSON.parse(body);
}
const list = async (key: Key, input: object = {}): Promise<readonly Listed[]> => (await page(key, input)).Roles;

/** What a browser session without a second factor sees. Programs with such a session may not call this API. */
async function listOfBrowser(): Promise<readonly Pick<Listed, 'Arn' | 'NeedsSecondFactor'>[]> {
  const { User } = await server.iam().send(new GetUserCommand({ UserName: 'alice' }));
  const uniqueId = User?.UserId ?? '';
  const session = {
    issuedAt: Date.now(),
    expiresAt: Date.now() + 3_600_000,
    tags: [],
    transitiveTagKeys: [],
    sessionPolicies: [],
    sessionPolicyArns: [],
  };
  const base = { accountId: ACCOUNT_ID, arn: userArn('alice'), userId: uniqueId, accessKeyId: '', session };
  const caller: Caller = { type: 'User', ...base, userName: 'alice', uniqueId };
  const source = { ip: '127.0.0.1', userAgent: undefined, referer: undefined, secure: false, region: undefined };
  const { items } = await finder.find({ caller, source, now: Date.now() }, { sessionName: 'alice', limit: 100 });
  return items.map(({ found, needsFactor }) => ({ Arn: found.arn, NeedsSecondFactor: needsFactor }));
}

/** What AssumeRole answers, for every role. */
async function assumable(key: Key): Promise<readonly string[]> {
  const arns = [ACCOUNT_ID, OTHER].flatMap((id) => ['r1', 'r2', 'r3'].map((name) => `arn:aws:iam::${id}:role/${name}`));
  const tries = [roleArn('hub'), ...arns].map(async (RoleArn) => {
    try {
      await server.sts(key).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'alice' }));
      return [RoleArn];
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('AccessDenied')) return [];
      throw error;
    }
  });
  return (await Promise.all(tries)).flat().sort();
}

const NOBODY = trust({ Service: 'ec2.amazonaws.com' });
const policy = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

async function setTrust(accountId: string, roleName: string, trustPolicy: string): Promise<void> {
  const [role] = (await store.roles.find('byName', [accountId, roleName])).items;
  if (role === undefined) throw new Error(`no role ${roleName}`);
  await updateTrustPolicy(store, role, trustPolicy);
}

async function setPolicy(document: string): Promise<void> {
  await server.iam().send(new PutGroupPolicyCommand({ GroupName: 'devs', PolicyName: 'p', PolicyDocument: document }));
}

const WITH_FACTOR = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const condition = fc.constantFrom<object>(
  WITH_FACTOR,
  WITH_FACTOR,
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
  { Null: { 'aws:MultiFactorAuthAge': 'true' } },
  { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } },
  { StringLike: { 'sts:RoleSessionName': 'b*' } },
  { StringEquals: { 'sts:ExternalId': 'x' } },
  { IpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '::1'] } },
  { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
  { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
  { StringEquals: { 'aws:SourceIdentity': 'alice' } },
  { StringEquals: { 'sts:SourceIdentity': 'alice' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } },
);
const conditions = fc.oneof(
  { arbitrary: fc.constant({}), weight: 3 },
  condition.map((Condition) => ({ Condition })),
);
const effect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny');
const principals = fc.uniqueArray(
  fc.constantFrom(
    `arn:aws:iam::${ACCOUNT_ID}:root`,
    ACCOUNT_ID,
    OTHER,
    userArn('alice'),
    userArn('bob'),
    roleArn('hub'),
    `arn:aws:sts::${ACCOUNT_ID}:assumed-role/hub/alice`,
    `arn:aws:sts::${ACCOUNT_ID}:assumed-role/hub/bob`,
    '*',
  ),
  { minLength: 1, maxLength: 2 },
);
const trustStatement = fc
  .record({
    Effect: effect,
    who: principals,
    Action: fc.constantFrom('sts:AssumeRole', ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
    conditions,
  })
  .map(({ who, conditions, ...rest }) => ({ ...rest, Principal: { AWS: who }, ...conditions }));
const ownStatement = fc
  .record({
    Effect: effect,
    Action: fc.constantFrom('sts:AssumeRole', 'sts:*', '*', 'sts:TagSession'),
    Resource: fc.constantFrom(
      '*',
      'arn:aws:iam::*:role/r1',
      `arn:aws:iam::${OTHER}:role/*`,
      `arn:aws:iam::${ACCOUNT_ID}:role/r?`,
    ),
    conditions,
  })
  .map(({ conditions, ...rest }) => ({ ...rest, ...conditions }));

/** All that decides: the trust policies of six roles in two accounts, and the policies and boundary of alice. */
interface Scene {
  readonly trusts: readonly (readonly object[])[];
  readonly own: readonly object[];
  readonly boundary: string | undefined;
}

const scene: fc.Arbitrary<Scene> = fc.record({
  trusts: fc.array(fc.array(trustStatement, { minLength: 1, maxLength: 2 }), { minLength: 6, maxLength: 6 }),
  own: fc.array(ownStatement, { minLength: 1, maxLength: 3 }),
  boundary: fc.constantFrom(
    undefined,
    undefined,
    'arn:aws:iam::aws:policy/AdministratorAccess',
    `arn:aws:iam::${ACCOUNT_ID}:policy/narrow`,
  ),
});

/** Every role but one is open to the account, and only with a second factor. */
const FACTOR_EXAMPLE: Scene = {
  trusts: ['r1', 'r2', 'r3', 'r1', 'r2', 'r3'].map((_, index) => [
    {
      Effect: 'Allow',
      Principal: { AWS: [index === 0 ? OTHER : ACCOUNT_ID] },
      Action: 'sts:AssumeRole',
      Condition: WITH_FACTOR,
    },
  ]),
  own: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
  boundary: undefined,
};

async function setBoundary(PermissionsBoundary: string | undefined): Promise<void> {
  const UserName = 'alice';
  await (PermissionsBoundary === undefined
    ? server.iam().send(new DeleteUserPermissionsBoundaryCommand({ UserName }))
    : server.iam().send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary })));
}

describe('the roles that a caller may assume', () => {
  test('are those that AssumeRole then opens, whatever the policies; a second factor opens those that are marked', async () => {
    await setBoundary('arn:aws:iam::aws:policy/AdministratorAccess');
    let bound = true;
    const seen = { assumable: 0, marked: 0 };
    await fc.assert(
      fc.asyncProperty(scene, async ({ trusts, own, boundary }) => {
        for (const [index, statements] of trusts.entries()) {
          await setTrust(index < 3 ? ACCOUNT_ID : OTHER, `r${(index % 3) + 1}`, policy(statements));
        }
        await setPolicy(policy(own));
        if (boundary !== undefined || bound) await setBoundary(boundary);
        bound = boundary !== undefined;
        const opened = new Map<string, readonly string[]>();
        for (const [name, key] of Object.entries(callers)) {
          const shown = name === 'plain' ? await listOfBrowser() : await list(key, { RoleSessionName: 'alice' });
          const atOnce = shown.filter((role) => !role.NeedsSecondFactor).map(({ Arn }) => Arn);
          opened.set(name, await assumable(key));
          expect([name, atOnce]).toEqual([name, opened.get(name)]);
          seen.assumable += atOnce.length;
        }
        const marked = (await listOfBrowser()).filter((role) => role.NeedsSecondFactor).map(({ Arn }) => Arn);
        seen.marked += marked.length;
        const plain = new Set(opened.get('plain'));
        expect(marked).toEqual(opened.get('factor')?.filter((arn) => !plain.has(arn)));
      }),
      { numRuns: 10, examples: [[FACTOR_EXAMPLE]] },
    );
    // Generated policies that never allow anything would prove nothing.
    expect(seen.assumable).toBeGreaterThan(0);
    expect(seen.marked).toBeGreaterThan(0);
  }, 120_000);

  test('are found at once after each change: trusted by name, no more, deleted', async () => {
    await setBoundary('arn:aws:iam::aws:policy/AdministratorAccess');
    await setPolicy(allow('s3:ListBucket'));
    const arns = async (): Promise<readonly string[]> => (await list(callers.key)).map(({ Arn }) => Arn);
    for (const id of [ACCOUNT_ID, OTHER]) for (const name of ['r1', 'r2', 'r3']) await setTrust(id, name, NOBODY);
    expect(await arns()).toEqual([roleArn('hub')]);
    const role = await createRole(
      { store, random },
      { accountId: ACCOUNT_ID, roleName: 'brief', trustPolicy: trust({ AWS: userArn('alice') }), now: Date.now() },
    );
    expect(await arns()).toEqual([roleArn('brief'), roleArn('hub')]);
    await setTrust(ACCOUNT_ID, 'brief', trust({ AWS: userArn('bob') }));
    expect(await arns()).toEqual([roleArn('hub')]);
    await setTrust(ACCOUNT_ID, 'brief', trust({ AWS: userArn('alice') }));
    expect(await arns()).toEqual([roleArn('brief'), roleArn('hub')]);
    await deleteRole(store, role);
    expect(await arns()).toEqual([roleArn('hub')]);
  });

  test('come with the reason and the account, in pages, by a text', async () => {
    await setBoundary('arn:aws:iam::aws:policy/AdministratorAccess');
    await setTrust(ACCOUNT_ID, 'r1', trust(account));
    await setTrust(OTHER, 'r2', trust({ AWS: ACCOUNT_ID }));
    await setTrust(OTHER, 'r3', trust({ AWS: '*' }));
    await setPolicy(
      policy([{ Sid: 'Roles', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/r*' }]),
    );
    const byGroup = [{ Policy: 'p', Statement: 'Roles' }];
    const roles = await list(callers.key);
    expect(roles).toEqual([
      expect.objectContaining({ Arn: roleArn('hub'), TrustedAs: 'CALLER', GrantedBy: [], NeedsSecondFactor: false }),
      expect.objectContaining({ Arn: roleArn('r1'), TrustedAs: 'ACCOUNT', GrantedBy: byGroup }),
      {
        Arn: `arn:aws:iam::${OTHER}:role/r2`,
        RoleName: 'r2',
        AccountId: OTHER,
        AccountAlias: 'partners',
        TrustedAs: 'ACCOUNT',
        GrantedBy: byGroup,
        NeedsSecondFactor: false,
      },
      expect.objectContaining({ Arn: `arn:aws:iam::${OTHER}:role/r3`, TrustedAs: 'ANYONE', GrantedBy: byGroup }),
    ]);
    const paged: Listed[] = [];
    for (let NextToken: string | undefined, isFirst = true; isFirst || NextToken !== undefined; isFirst = false) {
      const next = await page(callers.key, { MaxResults: 2, NextToken });
      expect(next.Roles).toHaveLength(2);
      paged.push(...next.Roles);
      NextToken = next.NextToken;
    }
    expect(paged).toEqual(roles);
    expect(await list(callers.key, { Contains: `${OTHER}:ROLE/` })).toEqual(roles.slice(2));
  });
});

import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeleteOrganizationalUnitCommand,
  DeletePolicyCommand,
  EnableAWSServiceAccessCommand,
  InviteAccountToOrganizationCommand,
  ListCreateAccountStatusCommand,
  ListRootsCommand,
  RemoveAccountFromOrganizationCommand,
} from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { NormalizedSchema } from '@smithy/core/schema';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { accounts } from '../../src/identity/documents/account.ts';
import { accountRequests } from '../../src/identity/documents/organizations/account-request.ts';
import { handshakes } from '../../src/identity/documents/organizations/handshake.ts';
import { organizations } from '../../src/identity/documents/organizations/organization.ts';
import { organizationPolicies } from '../../src/identity/documents/organizations/organization-policy.ts';
import { roles } from '../../src/identity/documents/role.ts';
import { organizationsOperations } from '../../src/organizations/organizations-operations.ts';
import { modelledErrors } from '../../src/wire/constraints/constraints-of.ts';
import type { Key } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';
import { badMembers, CONSTRAINTS, isTriedOnce, shapeOf } from './bad-values.ts';
import { controlPolicy, type OrganizationScene, startOrganization } from './scene.ts';

/** Bad input for every operation of Organizations, generated from the shapes. Nothing of it may change the store. */

type Input = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly reason: string | undefined;
  readonly body: string;
}

const OPERATIONS = new Map(
  organizationsOperations({ store: {} } as never).map((operation) => [operation.schema[2] as string, operation]),
);
const KEPT = [organizations, organizationPolicies, accountRequests, handshakes, accounts, roles];

let scene: OrganizationScene;
let stores: Stores;
let managed: Ids;
let foreign: Ids;
let gone: Ids;
const absent: Ids = {
  root: 'r-zzzz',
  unit: 'ou-zzzz-zzzzzzzz',
  account: '999999999999',
  policy: 'p-zzzzzzzz',
  handshake: 'h-zzzzzzzzzzzz',
  request: 'car-zzzzzzzzzzzz',
};
/** Of a user without permissions, of a member account, and of an account outside of any organization. */
let powerless: Key;
let member: Key;
let outside: Key;

interface Ids {
  readonly root: string;
  readonly unit: string;
  readonly account: string;
  readonly policy: string;
  readonly handshake: string;
  readonly request: string;
}

/** Names of things of which nobody else may hear. */
const SECRETS = ['foreign unit', 'foreign policy', 'foreign@example.com', 'foreign notes'];

const SCP = 'SERVICE_CONTROL_POLICY';
const CONTENT = controlPolicy({ Effect: 'Deny', Action: 'iam:CreateUser', Resource: '*' });
const TAGS = [{ Key: 'team', Value: 'a' }];
const SERVICE = 'config.amazonaws.com';

/** A good call of each operation: one that reads, or that would change what is there. */
const GOOD: Readonly<Record<string, (ids: Ids) => Input>> = {
  AcceptHandshake: ({ handshake }) => ({ HandshakeId: handshake }),
  AttachPolicy: ({ policy, unit }) => ({ PolicyId: policy, TargetId: unit }),
  CancelHandshake: ({ handshake }) => ({ HandshakeId: handshake }),
  CloseAccount: ({ account }) => ({ AccountId: account }),
  CreateAccount: () => ({ AccountName: 'new', Email: 'new@example.com', RoleName: 'Admin', Tags: TAGS }),
  CreateOrganization: () => ({ FeatureSet: 'ALL' }),
  CreateOrganizationalUnit: ({ root }) => ({ ParentId: root, Name: 'new', Tags: TAGS }),
  CreatePolicy: () => ({ Type: SCP, Name: 'new', Description: '', Content: CONTENT, Tags: TAGS }),
  DeclineHandshake: ({ handshake }) => ({ HandshakeId: handshake }),
  DeleteOrganization: () => ({}),
  DeleteOrganizationalUnit: ({ unit }) => ({ OrganizationalUnitId: unit }),
  DeletePolicy: ({ policy }) => ({ PolicyId: policy }),
  DeregisterDelegatedAdministrator: ({ account }) => ({ AccountId: account, ServicePrincipal: SERVICE }),
  DescribeAccount: ({ account }) => ({ AccountId: account }),
  DescribeCreateAccountStatus: ({ request }) => ({ CreateAccountRequestId: request }),
  DescribeEffectivePolicy: ({ account }) => ({ PolicyType: 'TAG_POLICY', TargetId: account }),
  DescribeHandshake: ({ handshake }) => ({ HandshakeId: handshake }),
  DescribeOrganization: () => ({}),
  DescribeOrganizationalUnit: ({ unit }) => ({ OrganizationalUnitId: unit }),
  DescribePolicy: ({ policy }) => ({ PolicyId: policy }),
  DetachPolicy: ({ policy, account }) => ({ PolicyId: policy, TargetId: account }),
  DisableAWSServiceAccess: () => ({ ServicePrincipal: SERVICE }),
  DisablePolicyType: ({ root }) => ({ RootId: root, PolicyType: SCP }),
  EnableAWSServiceAccess: () => ({ ServicePrincipal: 'iam.amazonaws.com' }),
  EnableAllFeatures: () => ({}),
  EnablePolicyType: ({ root }) => ({ RootId: root, PolicyType: 'BACKUP_POLICY' }),
  InviteAccountToOrganization: ({ account }) => ({ Target: { Type: 'ACCOUNT', Id: account }, Notes: 'x', Tags: TAGS }),
  LeaveOrganization: () => ({}),
  ListAWSServiceAccessForOrganization: () => ({ MaxResults: 5 }),
  ListAccounts: () => ({ MaxResults: 5 }),
  ListAccountsForParent: ({ root }) => ({ ParentId: root, MaxResults: 5 }),
  ListAccountsWithInvalidEffectivePolicy: () => ({ PolicyType: 'TAG_POLICY', MaxResults: 5 }),
  ListChildren: ({ root }) => ({ ParentId: root, ChildType: 'ACCOUNT', MaxResults: 5 }),
  ListCreateAccountStatus: () => ({ States: ['SUCCEEDED'], MaxResults: 5 }),
  ListDelegatedAdministrators: () => ({ ServicePrincipal: SERVICE, MaxResults: 5 }),
  ListDelegatedServicesForAccount: ({ account }) => ({ AccountId: account, MaxResults: 5 }),
  ListEffectivePolicyValidationErrors: ({ account }) => ({
    AccountId: account,
    PolicyType: 'TAG_POLICY',
    MaxResults: 5,
  }),
  ListHandshakesForAccount: () => ({ Filter: { ActionType: 'INVITE' }, MaxResults: 5 }),
  ListHandshakesForOrganization: () => ({ Filter: { ActionType: 'INVITE' }, MaxResults: 5 }),
  ListOrganizationalUnitsForParent: ({ root }) => ({ ParentId: root, MaxResults: 5 }),
  ListParents: ({ unit }) => ({ ChildId: unit, MaxResults: 5 }),
  ListPolicies: () => ({ Filter: SCP, MaxResults: 5 }),
  ListPoliciesForTarget: ({ account }) => ({ TargetId: account, Filter: SCP, MaxResults: 5 }),
  ListRoots: () => ({ MaxResults: 5 }),
  ListTagsForResource: ({ unit }) => ({ ResourceId: unit }),
  ListTargetsForPolicy: ({ policy }) => ({ PolicyId: policy, MaxResults: 5 }),
  MoveAccount: ({ account, root, unit }) => ({ AccountId: account, SourceParentId: root, DestinationParentId: unit }),
  RegisterDelegatedAdministrator: ({ account }) => ({ AccountId: account, ServicePrincipal: 'iam.amazonaws.com' }),
  RemoveAccountFromOrganization: ({ account }) => ({ AccountId: account }),
  TagResource: ({ account }) => ({ ResourceId: account, Tags: TAGS }),
  UntagResource: ({ account }) => ({ ResourceId: account, TagKeys: ['team'] }),
  UpdateOrganizationalUnit: ({ unit }) => ({ OrganizationalUnitId: unit, Name: 'renamed' }),
  UpdatePolicy: ({ policy }) => ({ PolicyId: policy, Name: 'renamed', Description: 'x', Content: CONTENT }),
};
const NAMES = Object.keys(GOOD);

async function call(operation: string, input: unknown, key: Key = scene.server.admin): Promise<Answer> {
  const signing = { service: 'organizations', headers: { 'X-Amz-Target': `AWSOrganizationsV20161128.${operation}` } };
  const { status, body } = await send(scene.server.url, signedJson(scene.server.url, operation, input, key, signing));
  const read = JSON.parse(body) as Readonly<Record<string, string>>;
  return { status, code: read['__type'], reason: read['Reason'], body };
}

/** Everything that Organizations stores. */
async function stored(): Promise<string> {
  const all = KEPT.map(async (declaration) => {
    const { items } = await stores.collections
      .open(declaration as typeof organizations)
      .find('key', [], { limit: 1000 });
    return items;
  });
  return JSON.stringify(await Promise.all(all));
}

/** How many calls are made at the same time. */
const AT_ONCE = 25;

/** Calls that must be refused as expected, and change nothing. Reports all that go wrong. */
async function expectRefused(cases: readonly BadCase[], key?: Key): Promise<void> {
  const before = await stored();
  const wrong: string[] = [];
  const refuse = async ({ title, operation, input, expected }: BadCase) => {
    const { status, code, reason, body } = await call(operation, input, key);
    const answer = reason === undefined ? code : `${code} ${reason}`;
    const declared = [...modelledErrors('organizations', operation), 'AccessDeniedException', 'SerializationException'];
    if (status !== 400 || answer !== expected || !declared.includes(code ?? ''))
      wrong.push(`${operation}, ${title}: ${status} ${answer}, not ${expected}: ${body.slice(0, 300)}`);
    if (SECRETS.some((secret) => body.includes(secret))) wrong.push(`${operation}, ${title} shows ${body}`);
  };
  for (let i = 0; i < cases.length; i += AT_ONCE) await Promise.all(cases.slice(i, i + AT_ONCE).map(refuse));
  expect(wrong).toEqual([]);
  expect(await stored()).toBe(before);
}

interface BadCase {
  readonly title: string;
  readonly operation: string;
  readonly input: unknown;
  /** The code, and the reason if there is one. */
  readonly expected: string;
}

const schemaOf = (operation: string) => NormalizedSchema.of(OPERATIONS.get(operation)?.schema[4] as never);

beforeAll(async () => {
  scene = await startOrganization({}, (opened) => (stores = opened));
  const { rootId: root, client, server } = scene;
  await scene.enable(SCP);
  await scene.enable('TAG_POLICY');
  await client().send(new EnableAWSServiceAccessCommand({ ServicePrincipal: SERVICE }));
  managed = await makeIds(server.admin, root, 'own');
  const other = await scene.createAccount('other');
  outside = await scene.administrate(other);
  member = await scene.administrate(managed.account);
  await client().send(new RemoveAccountFromOrganizationCommand({ AccountId: other }));
  await client(outside).send(new CreateOrganizationCommand({}));
  const { Roots } = await client(outside).send(new ListRootsCommand({}));
  foreign = await makeIds(outside, Roots?.[0]?.Id ?? '', 'foreign');
  gone = await removed();
  await server.iam().send(new CreateUserCommand({ UserName: 'powerless' }));
  const { AccessKey } = await server.iam().send(new CreateAccessKeyCommand({ UserName: 'powerless' }));
  powerless = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  outside = await scene.administrate(gone.account);
});

/** What an organization has one of. */
async function makeIds(key: Key, root: string, name: string): Promise<Ids> {
  const client = scene.client(key);
  const { OrganizationalUnit } = await client.send(
    new CreateOrganizationalUnitCommand({ ParentId: root, Name: `${name} unit` }),
  );
  const { Policy } = await client.send(
    new CreatePolicyCommand({ Type: SCP, Name: `${name} policy`, Description: '', Content: CONTENT }),
  );
  const made = new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` });
  await client.send(made);
  const { CreateAccountStatuses: [request] = [] } = await client.send(
    new ListCreateAccountStatusCommand({ States: ['SUCCEEDED'] }),
  );
  const { Handshake } = await client.send(
    new InviteAccountToOrganizationCommand({ Target: { Type: 'ACCOUNT', Id: '888888888888' }, Notes: `${name} notes` }),
  );
  return {
    root,
    unit: OrganizationalUnit?.Id ?? '',
    account: request?.AccountId ?? '',
    policy: Policy?.PolicySummary?.Id ?? '',
    handshake: Handshake?.Id ?? '',
    request: request?.Id ?? '',
  };
}

/** What the organization had. */
async function removed(): Promise<Ids> {
  const client = scene.client();
  const { OrganizationalUnit: { Id: unit = '' } = {} } = await client.send(
    new CreateOrganizationalUnitCommand({ ParentId: scene.rootId, Name: 'gone' }),
  );
  await client.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: unit }));
  const { Policy: { PolicySummary: { Id: policy = '' } = {} } = {} } = await client.send(
    new CreatePolicyCommand({ Type: SCP, Name: 'gone', Description: '', Content: CONTENT }),
  );
  await client.send(new DeletePolicyCommand({ PolicyId: policy }));
  const account = await scene.createAccount('gone');
  await client.send(new RemoveAccountFromOrganizationCommand({ AccountId: account }));
  return { ...absent, unit, policy, account };
}

test('each operation has a good call', () => {
  expect(NAMES).toEqual([...OPERATIONS.keys()].sort());
});

test('[organizations] what the shapes do not let in has a reason, and changes nothing', async () => {
  const cases = NAMES.flatMap((operation) => {
    const schema = schemaOf(operation);
    const good = GOOD[operation]?.(managed) ?? {};
    const body = ['text', null, []].map((value) => ({ title: `the body ${JSON.stringify(value)}`, value }));
    const wrong = body.map((each) => ({ ...each, expected: 'SerializationException' }));
    return [...wrong, ...(schema.isUnitSchema() ? [] : badMembers(schema, good))].map(({ title, value, expected }) => ({
      ...{ operation, title, expected },
      input: value,
    }));
  });
  expect(cases.length).toBeGreaterThan(500);
  await expectRefused(cases);
});

/** Values at the inner edges of constraints. */
const EDGES: Readonly<Record<string, readonly unknown[]>> = {
  AccountId: ['000000000000'],
  ChildId: ['000000000000', `ou-${'a'.repeat(32)}-${'a'.repeat(32)}`],
  CreateAccountName: ['~', ' '.repeat(50)],
  CreateAccountRequestId: ['car-00000000', `car-${'a'.repeat(32)}`],
  Email: ['a@b.cd', `${'a'.repeat(52)}@example.com`],
  HandshakeId: ['h-00000000', `h-${'a'.repeat(32)}`],
  HandshakeNotes: ['', 'x'.repeat(1024)],
  HandshakePartyId: ['x', 'x'.repeat(64)],
  MaxResults: [1, 20],
  NextToken: ['', 'x'.repeat(100_000)],
  OrganizationalUnitId: ['ou-0000-00000000', `ou-${'a'.repeat(32)}-${'a'.repeat(32)}`],
  OrganizationalUnitName: ['\n', 'x'.repeat(128)],
  ParentId: ['r-0000', `ou-${'a'.repeat(32)}-${'a'.repeat(32)}`],
  PolicyContent: ['x', 'x'.repeat(100_000)],
  PolicyDescription: ['', 'x'.repeat(512)],
  PolicyId: ['p-00000000', `p-${'_'.repeat(128)}`],
  PolicyName: ['x', 'x'.repeat(128)],
  PolicyTargetId: ['000000000000', 'r-0000', 'ou-0000-00000000'],
  RoleName: ['_', 'x'.repeat(64)],
  RootId: ['r-0000', `r-${'a'.repeat(32)}`],
  ServicePrincipal: ['x', 'x'.repeat(128)],
  TaggableResourceId: ['r-0000', '000000000000', 'ou-0000-00000000', 'p-00000000', 'rp-0000'],
};

test('[organizations] values at the edges of the shapes are let in, as unknown members are', async () => {
  const cases = NAMES.flatMap((operation) => {
    const good = GOOD[operation]?.(managed) ?? {};
    const shapes = CONSTRAINTS.structures[`${operation}Request`] ?? {};
    const inputs = Object.entries(shapes).flatMap(([name, shape]) => {
      if (isTriedOnce(`${operation}Request`, name)) return [];
      return (EDGES[shape] ?? shapeOf(shape).values ?? []).map((value) => ({ ...good, [name]: value }));
    });
    const unknown = { ...good, Color: 'blue', __proto__: null, constructor: 'x' };
    return [...inputs, unknown].map((input) => ({ operation, input, title: JSON.stringify(input).slice(0, 200) }));
  });
  // Who has no permissions is told so only after the shapes let the input in.
  await expectRefused(
    cases.map((each) => ({ ...each, expected: 'AccessDeniedException' })),
    powerless,
  );
  const ofTags = ['TagKey', 'TagValue'].map((name) => shapeOf(name).length?.[1]);
  const Tags = [{ Key: 'é'.repeat(ofTags[0] ?? 0), Value: 'v'.repeat(ofTags[1] ?? 0) }];
  expect((await call('TagResource', { ResourceId: managed.unit, Tags })).status).toBe(200);
});

test('[organizations] what never was, what was deleted, and what another organization has are the same', async () => {
  const before = await stored();
  const wrong: unknown[] = [];
  for (const operation of NAMES) {
    const good = GOOD[operation]?.(managed) ?? {};
    for (const [name, value] of Object.entries(good)) {
      const kind = Object.entries(managed).find(([, id]) => id === value)?.[0] as keyof Ids | undefined;
      if (kind === undefined) continue;
      const ask = ({ [kind]: id }: Ids) => call(operation, { ...good, [name]: id });
      const [first, ...others] = [await ask(absent), await ask(foreign), await ask(gone)];
      const isDeclared = modelledErrors('organizations', operation).includes(first?.code ?? '');
      const isSame = others.every(({ body }) => body === first?.body);
      if (!isDeclared || !isSame || !first?.code?.endsWith('NotFoundException'))
        wrong.push([operation, name, first, ...others]);
    }
  }
  expect(wrong).toEqual([]);
  expect(await stored()).toBe(before);
});

/** Everything by everyone who may not: about what is there, what is not there, and what another organization has. */
const allOf = (expectedOf: (operation: string) => string | undefined): readonly BadCase[] =>
  [managed, absent, foreign].flatMap((ids) =>
    NAMES.flatMap((operation) => {
      const expected = expectedOf(operation);
      const input = GOOD[operation]?.(ids);
      return expected === undefined ? [] : [{ title: JSON.stringify(input), operation, input, expected }];
    }),
  );

const OF_HANDSHAKES = ['AcceptHandshake', 'CancelHandshake', 'DeclineHandshake', 'DescribeHandshake'];

describe('a caller who may not', () => {
  test('[organizations] has no permissions', async () => {
    await expectRefused(
      allOf(() => 'AccessDeniedException'),
      powerless,
    );
  });

  test('[organizations] administers a member', async () => {
    const cases = allOf((operation) => {
      if (['DescribeOrganization', 'LeaveOrganization', 'ListHandshakesForAccount'].includes(operation))
        return undefined;
      if (operation === 'DescribeEffectivePolicy') return undefined;
      if (operation === 'CreateOrganization') return 'AlreadyInOrganizationException';
      return OF_HANDSHAKES.includes(operation) ? 'HandshakeNotFoundException' : 'AccessDeniedException';
    });
    await expectRefused(cases, member);
    const answers = [managed, absent, foreign].map(({ account }) =>
      call('DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY', TargetId: account }, member),
    );
    expect((await Promise.all(answers)).map(({ code }) => code)).toEqual([
      'EffectivePolicyNotFoundException',
      'AccessDeniedException',
      'AccessDeniedException',
    ]);
  });

  test('[organizations] administers an account outside of the organization', async () => {
    const cases = allOf((operation) => {
      if (['CreateOrganization', 'ListHandshakesForAccount'].includes(operation)) return undefined;
      return OF_HANDSHAKES.includes(operation) ? 'HandshakeNotFoundException' : 'AWSOrganizationsNotInUseException';
    });
    await expectRefused(cases, outside);
  });
});

test('[organizations] the same call twice', async () => {
  const { unit, root, policy, account, handshake } = managed;
  const ofUnit = { PolicyId: policy, TargetId: unit };
  const move = { AccountId: account, SourceParentId: root, DestinationParentId: unit };
  const target = { Target: { Type: 'ACCOUNT', Id: '777777777777' } };
  const delegation = { AccountId: account, ServicePrincipal: 'iam.amazonaws.com' };
  const calls: readonly (readonly [operation: string, input: Input, second: string | undefined])[] = [
    ['CreateOrganization', {}, 'AlreadyInOrganizationException'],
    ['EnableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' }, undefined],
    ['EnablePolicyType', { RootId: root, PolicyType: 'BACKUP_POLICY' }, 'PolicyTypeAlreadyEnabledException'],
    ['DisablePolicyType', { RootId: root, PolicyType: 'BACKUP_POLICY' }, 'PolicyTypeNotEnabledException'],
    ['CreateOrganizationalUnit', { ParentId: root, Name: 'new' }, 'DuplicateOrganizationalUnitException'],
    ['UpdateOrganizationalUnit', { OrganizationalUnitId: unit, Name: 'renamed' }, undefined],
    ['CreatePolicy', GOOD['CreatePolicy']?.(managed) ?? {}, 'DuplicatePolicyException'],
    ['AttachPolicy', ofUnit, 'DuplicatePolicyAttachmentException'],
    ['DetachPolicy', ofUnit, 'PolicyNotAttachedException'],
    ['TagResource', { ResourceId: policy, Tags: TAGS }, undefined],
    ['UntagResource', { ResourceId: policy, TagKeys: ['team'] }, undefined],
    ['RegisterDelegatedAdministrator', delegation, 'AccountAlreadyRegisteredException'],
    ['DeregisterDelegatedAdministrator', delegation, 'AccountNotRegisteredException'],
    ['DisableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' }, undefined],
    ['MoveAccount', move, 'DuplicateAccountException'],
    ['InviteAccountToOrganization', target, 'DuplicateHandshakeException'],
    ['CancelHandshake', { HandshakeId: handshake }, 'HandshakeAlreadyInStateException'],
    ['DeletePolicy', { PolicyId: policy }, 'PolicyNotFoundException'],
    ['RemoveAccountFromOrganization', { AccountId: account }, 'AccountNotFoundException'],
    ['DeleteOrganizationalUnit', { OrganizationalUnitId: unit }, 'OrganizationalUnitNotFoundException'],
  ];
  for (const [operation, input, second] of calls) {
    const first = await call(operation, input);
    if (operation !== 'CreateOrganization') expect([operation, first.status]).toEqual([operation, 200]);
    const before = await stored();
    const answer = await call(operation, input);
    expect([operation, answer.code]).toEqual([operation, second]);
    expect(await stored()).toBe(before);
  }
});

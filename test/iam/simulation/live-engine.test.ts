// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so

import type { ContextEntry } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Authorizer, createAuthorizer, type Verdict } from '../../../src/authorize/authorizer.ts';
import type { Target } from '../../../src/authorize/target.ts';
import type { Caller } from '../../../src/identity/sessions/caller.ts';
import { ACCOUNT_ID, type IamUnderTest, OTHER_ACCOUNT_ID, openIam, START, trust } from '../support/iam-under-test.ts';
import { only, principal } from './simulate.ts';

/** Entities, their policies and requests made up from the same few words, so that they often nearly match. */

const ALICE = `arn:aws:iam::${ACCOUNT_ID}:user/team/alice`;
const WORKER = `arn:aws:iam::${ACCOUNT_ID}:role/team/worker`;
const ROLES = [WORKER, `arn:aws:iam::${OTHER_ACCOUNT_ID}:role/other`];
const RESOURCES = [ALICE, WORKER, 'arn:aws:s3:::bucket/alice/x', 'arn:aws:s3:::bucket/bob/x', '*'];
const SOURCE = { ip: '192.0.2.1', userAgent: 'cli', referer: undefined, secure: true, region: 'eu-central-1' };

/** What a simulation is told; all else it must find out by itself. */
const TOLD = [
  'aws:SourceIp',
  'aws:UserAgent',
  'aws:SecureTransport',
  'aws:RequestedRegion',
  'aws:MultiFactorAuthPresent',
  'aws:TokenIssueTime',
  'aws:ViaAWSService',
  'aws:TagKeys',
  'aws:RequestTag/team',
  'aws:ResourceTag/team',
  'sts:ExternalId',
];
const FOUND_OUT = [
  'aws:username',
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:PrincipalTag/team',
  'aws:PrincipalIsAWSService',
  'aws:ResourceAccount',
  'aws:CurrentTime',
];

const some = (values: readonly string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const mostly = <Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<Value>) =>
  fc.oneof({ arbitrary: usual, weight: 4 }, { arbitrary: rare, weight: 1 });
const effect = mostly(fc.constant('Allow'), fc.constant('Deny'));

const condition = fc
  .record({
    operator: fc.constantFrom('StringEquals', 'StringLike', 'StringNotEquals', 'StringEqualsIfExists'),
    set: mostly(fc.constant(''), fc.constantFrom('ForAllValues:', 'ForAnyValue:')),
    key: fc.constantFrom(...TOLD, ...FOUND_OUT),
    values: some(['alice', 'blue', 'red', 'true', 'User', '*', ACCOUNT_ID, ALICE, WORKER, '${aws:username}']),
  })
  .map(({ operator, set, key, values }) => ({ [`${set}${operator}`]: { [key]: values } }));
const parts = fc.array(condition, { maxLength: 1 }).map((all) => Object.assign({}, ...all) as object);

const statement = fc
  .record({
    Effect: effect,
    action: some(['*', 's3:*', 's3:Get*', 'sts:AssumeRole', 'iam:GetUser', 'iam:*']),
    resource: some(['*', '*', 'arn:aws:s3:::bucket/${aws:username}/*', 'arn:aws:iam::*:role/*', ALICE]),
    isNot: mostly(fc.constant(false), fc.constant(true)),
    Condition: parts,
  })
  .map(({ Effect, action, resource, isNot, Condition }) => ({
    Effect,
    [isNot ? 'NotAction' : 'Action']: action,
    [isNot ? 'NotResource' : 'Resource']: resource,
    Condition,
  }));
const documentOf = (statements: fc.Arbitrary<object>) =>
  fc
    .array(statements, { minLength: 1, maxLength: 3 })
    .map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }));
const document = documentOf(statement);
const inline = fc
  .array(document, { maxLength: 2 })
  .map((texts) => texts.map((text, index) => ({ policyName: `p${index}`, document: text })));

const trusted = fc.constantFrom(ALICE, WORKER, ACCOUNT_ID, `arn:aws:iam::${OTHER_ACCOUNT_ID}:root`, 'Service');
const trustDocument = documentOf(
  fc.record({
    Effect: effect,
    Principal: trusted.map((name) => (name === 'Service' ? { Service: 'ec2.amazonaws.com' } : { AWS: name })),
    Action: fc.constantFrom('sts:AssumeRole', ['sts:AssumeRole', 'sts:TagSession']),
    Condition: parts,
  }),
);

const scene = fc.record({
  user: inline,
  group: inline,
  role: inline,
  managed: document,
  isAttached: fc.boolean(),
  bound: document,
  boundary: fc.constantFrom('none', 'none', 'set', 'gone'),
});
const tags = fc.option(
  fc.constantFrom('blue', 'red').map((value) => [{ key: 'Team', value }]),
  { nil: undefined },
);
const request = fc.record({
  who: fc.constantFrom('alice', 'worker'),
  action: fc.constantFrom('s3:GetObject', 'S3:putobject', 'iam:GetUser', 'sts:AssumeRole'),
  resource: fc.constantFrom(...RESOURCES),
  role: fc.constantFrom(...ROLES),
  requestTags: tags,
  resourceTags: tags,
  externalId: fc.option(fc.constantFrom('blue', 'x'), { nil: undefined }),
  trustPolicy: fc.option(trustDocument, { nil: undefined }),
});

let iam: IamUnderTest;
let callers: Record<string, Caller>;
let refs: Record<string, { policyArn: string; policyId: string }>;

beforeAll(async () => {
  iam = await openIam();
  const Tags = [{ Key: 'Team', Value: 'blue' }];
  await iam.call('CreateUser', { UserName: 'alice', Path: '/team/', Tags });
  await iam.call('CreateGroup', { GroupName: 'ops' });
  await iam.call('AddUserToGroup', { UserName: 'alice', GroupName: 'ops' });
  const create = { RoleName: 'worker', Path: '/team/', Tags, AssumeRolePolicyDocument: trust() };
  const { Role } = await iam.call('CreateRole', create);
  const session = { issuedAt: START, expiresAt: START + 3_600_000, tags: [], transitiveTagKeys: [] };
  callers = {
    alice: await iam.userCaller('alice'),
    worker: {
      type: 'AssumedRole',
      accountId: ACCOUNT_ID,
      arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/worker/session`,
      userId: `${Role.RoleId}:session`,
      uniqueId: Role.RoleId,
      roleName: 'worker',
      roleArn: WORKER,
      sessionName: 'session',
      accessKeyId: 'ASIATEST',
      session: { ...session, sessionPolicies: [], sessionPolicyArns: [] },
    },
  };
  refs = {};
  for (const PolicyName of ['managed', 'bound']) {
    const { Policy } = await iam.call('CreatePolicy', { PolicyName, PolicyDocument: ANYTHING });
    refs[PolicyName] = { policyArn: Policy.Arn, policyId: Policy.PolicyId };
  }
});
afterAll(() => iam.close());

const ANYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';

type Generated<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** Puts the policies into the store as they are: what the operations would not take must be decided alike too. */
async function play(made: Generated<typeof scene>): Promise<void> {
  const { store } = iam.deps;
  const boundaries = { none: undefined, set: refs['bound'], gone: { policyArn: ALICE, policyId: 'ANPAGONE' } };
  const permissionsBoundary = boundaries[made.boundary as keyof typeof boundaries];
  const managed = refs['managed'];
  const attachedPolicies = made.isAttached && managed !== undefined ? [managed] : [];
  const { items: users } = await store.users.find('byName', [ACCOUNT_ID, 'alice']);
  const [user] = users;
  const { items: roles } = await store.roles.find('byName', [ACCOUNT_ID, 'worker']);
  const held = { attachedPolicies, permissionsBoundary };
  await store.users.update([ACCOUNT_ID, String(user?.userId)], (old) => ({
    ...old,
    ...held,
    inlinePolicies: made.user,
  }));
  await store.groups.update([ACCOUNT_ID, String(user?.groupIds[0])], (old) => ({ ...old, inlinePolicies: made.group }));
  await store.roles.update([ACCOUNT_ID, String(roles[0]?.roleId)], (old) => ({
    ...old,
    ...held,
    inlinePolicies: made.role,
  }));
  for (const [name, text] of [
    ['managed', made.managed],
    ['bound', made.bound],
  ] as const) {
    await store.managedPolicies.update([ACCOUNT_ID, String(refs[name]?.policyId)], (old) => ({
      ...old,
      versions: old.versions.map((version) => ({ ...version, document: text })),
    }));
  }
}

function targetOf(made: Generated<typeof request>): Target {
  const isAssuming = made.action === 'sts:AssumeRole' && made.trustPolicy !== undefined;
  const resource = isAssuming ? made.role : made.resource;
  const { requestTags, resourceTags, externalId, trustPolicy } = made;
  return {
    action: made.action,
    resource,
    resourceAccountId: resource.includes(OTHER_ACCOUNT_ID) ? OTHER_ACCOUNT_ID : ACCOUNT_ID,
    ...(requestTags ? { requestTags } : {}),
    ...(resourceTags ? { resourceTags } : {}),
    ...(externalId === undefined ? {} : { conditions: new Map([['sts:externalid', externalId]]) }),
    ...(isAssuming
      ? { trustPolicy: { roleArn: made.role, document: String(trustPolicy), trustedIds: undefined } }
      : {}),
  };
}

/** What the live engine knew of the request, as a simulation takes it. */
function told({ request: { context } }: Verdict): ContextEntry[] {
  return TOLD.flatMap((ContextKeyName): ContextEntry[] => {
    const value = context.get(ContextKeyName.toLowerCase());
    if (value === undefined) return [];
    if (typeof value === 'string') return [{ ContextKeyName, ContextKeyValues: [value], ContextKeyType: 'string' }];
    return [{ ContextKeyName, ContextKeyValues: [...value], ContextKeyType: 'stringList' }];
  });
}

async function compare(authorizer: Authorizer, made: Generated<typeof request>): Promise<string> {
  const target = targetOf(made);
  const caller = callers[made.who];
  const verdict = await authorizer.decide({ caller, source: SOURCE, now: iam.clock.now() }, target);
  const answer = await principal(iam, {
    PolicySourceArn: made.who === 'alice' ? ALICE : WORKER,
    ActionNames: [target.action],
    ResourceArns: [target.resource],
    ContextEntries: told(verdict),
    ...(target.trustPolicy ? { ResourcePolicy: target.trustPolicy.document } : {}),
  });
  const { decision } = verdict;
  const denied = decision.explicit ? 'explicitDeny' : 'implicitDeny';
  const live = decision.allowed ? 'allowed' : denied;
  expect([made, only(answer).EvalDecision]).toEqual([made, live]);
  return live;
}

describe('the simulator and the live engine', () => {
  test('decide alike: users with groups and roles, with boundaries, trust policies and conditions', async () => {
    const seen = new Map<string, number>();
    const { store, ephemeral: feed } = iam.deps;
    const property = fc.asyncProperty(
      scene,
      fc.array(request, { minLength: 12, maxLength: 12 }),
      async (made, requests) => {
        await play(made);
        const authorizer = createAuthorizer({ store, feed, clock: iam.clock });
        try {
          for (const each of requests) {
            const kind = `${await compare(authorizer, each)}${each.trustPolicy && each.action === 'sts:AssumeRole' ? ' by trust' : ''}`;
            seen.set(kind, (seen.get(kind) ?? 0) + 1);
          }
        } finally {
          authorizer.close();
        }
      },
    );
    await fc.assert(property, { numRuns: 100 });
    // the comparison is worth something only where every kind of answer comes up
    for (const kind of ['allowed', 'explicitDeny', 'implicitDeny']) {
      expect(seen.get(kind)).toBeGreaterThan(20);
      expect(seen.get(`${kind} by trust`)).toBeGreaterThan(5);
    }
  });
});

import {
  CreatePolicyCommand,
  DeleteRoleCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { account, allow, makeRole, makeUser, roleArn, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { type LoginTestScene, loginTestScene } from './login-test-scene.ts';

const CONNECTOR_ARN = `arn:aws:rolecall::${ACCOUNT_ID}:connector/corp`;
const RULES = {
  Condition: JSON.stringify({ StringEquals: { 'login:hd': ['eng', 'ops'] } }),
  Groups: {
    Claim: 'groups',
    Map: [
      { Value: 'deployers', Group: 'Deployers' },
      { Value: 'auditors', Group: 'Auditors' },
      { Value: 'painters', Group: 'NoSuchGroup' },
    ],
    Always: ['Everyone'],
  },
};

interface Tested {
  readonly Accepted: boolean;
  readonly Checks: readonly { readonly Name: string; readonly Outcome: string; readonly Detail?: string }[];
  readonly User?: { readonly UserName: string; readonly Arn: string; readonly IsNew: boolean };
  readonly Groups?: Readonly<Record<'Added' | 'Removed' | 'Missing', readonly string[]>>;
  readonly Roles: readonly {
    readonly Arn: string;
    readonly Assumable: boolean;
    readonly Causes: readonly object[];
    readonly KeysOfCall: readonly string[];
  }[];
  readonly RolesWithheld?: string;
  readonly NextToken?: string;
}

let scene: LoginTestScene;
beforeAll(async () => {
  scene = await loginTestScene(['corp', 'tagging', 'seen']);
  const { server } = scene;
  await scene.makeGroup('Everyone');
  await scene.makeGroup('Deployers', allow('sts:AssumeRole', roleArn('deploy')));
  await scene.makeGroup(
    'Auditors',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Tagged',
          Effect: 'Allow',
          Action: 'sts:*',
          Resource: '*',
          Condition: { StringLike: { 'aws:username': 'a*' } },
        },
        { Sid: 'NeverDeploy', Effect: 'Deny', Action: 'sts:AssumeRole', Resource: roleArn('deploy') },
      ],
    }),
  );
  await makeRole(server, 'deploy', { trust: trust(account) });
  await makeRole(server, 'audit', { trust: trust(account) });
  await makeRole(server, 'named', {
    trust: trust({ AWS: '*' }, { Condition: { ArnLike: { 'aws:PrincipalArn': userArn('federated/corp/*') } } }),
  });
  await makeRole(server, 'mfa', {
    trust: trust(account, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
  });
  await makeRole(server, 'machine', { trust: trust({ Service: 'ec2.amazonaws.com' }) });
  await scene.connect('corp', { Rules: RULES });
});
afterAll(() => scene.close());

async function tested(Evidence: object, key: Key = scene.server.admin, page: object = {}): Promise<Tested> {
  return (await scene.call('TestConnector', { Name: 'corp', Evidence, ...page }, key)) as unknown as Tested;
}
const byClaims = (claims: object, key?: Key) => tested({ Claims: JSON.stringify(claims) }, key);

async function userNames(): Promise<readonly string[]> {
  const { Users = [] } = await scene.server.iam().send(new ListUsersCommand({ PathPrefix: '/federated/' }));
  return Users.map(({ UserName = '' }) => UserName).sort();
}

function failedOf({ Checks }: Tested) {
  return Checks.filter(({ Outcome }) => Outcome === 'FAILED').map(({ Name, Detail }) => [Name, Detail]);
}

/** People of every kind, always the same ones. */
function generatedPeople(): readonly (readonly [subject: string, claims: Record<string, unknown>])[] {
  const pick = <Item>(items: readonly Item[], number: number): Item => items[number % items.length] as Item;
  return [...Array(6).keys()].map((number) => [
    `generated-${number}`,
    {
      preferred_username: pick(['anna', 'bob', 'anna', 'юля', undefined, 'root@localhost'], number),
      email: pick([`p${number}@corp.example`, undefined], number),
      email_verified: pick([true, false, 'true'], number),
      name: `Person ${number}`,
      hd: pick(['eng', 'ops', 'eng', 'sales'], number),
      groups: pick([['deployers'], ['auditors', 'painters'], ['deployers', 'auditors'], [], undefined], number),
    },
  ]);
}

/** Whether each role can really be assumed. */
async function assumed(key: Key, roles: Tested['Roles']): Promise<Record<string, boolean>> {
  const found: Record<string, boolean> = {};
  for (const { Arn } of roles) {
    const command = new AssumeRoleCommand({ RoleArn: Arn, RoleSessionName: 'tested' });
    found[Arn] = await scene.server
      .sts(key)
      .send(command)
      .then(
        () => true,
        () => false,
      );
  }
  return found;
}

describe('session tags of the login', () => {
  const tagged = { 'aws:PrincipalTag/Department': 'eng' };
  const person = { preferred_username: 'abby', groups: ['auditors'] };

  beforeAll(async () => {
    const both = ['sts:AssumeRole', 'sts:TagSession'];
    await scene.connect('tagging', { Rules: { ...RULES, Tags: [{ Claim: 'hd', Key: 'Department' }] } });
    await makeRole(scene.server, 'of-department', {
      trust: trust(account, { Condition: { StringEquals: tagged } }, both),
    });
    await makeRole(scene.server, 'transitive', {
      trust: trust(
        account,
        { Condition: { 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': 'Department' } } },
        both,
      ),
    });
  });
  afterAll(async () => {
    for (const RoleName of ['of-department', 'transitive']) {
      await scene.server.iam().send(new DeleteRoleCommand({ RoleName }));
    }
  });

  const told = async (claims: object) =>
    (await scene.call('TestConnector', {
      Name: 'tagging',
      Evidence: { Claims: JSON.stringify({ ...person, ...claims }) },
    })) as unknown as Tested & { readonly Rules: object };
  const outlookOn = ({ Roles }: Tested, name: string) => Roles.find(({ Arn }) => Arn === roleArn(name));

  test('are shown with the rules that give them, and decide about roles', async () => {
    const answer = await told({ sub: 'tagged', hd: 'eng' });
    expect(answer.Rules).toMatchObject({ Tags: [{ Key: 'Department', Claim: 'hd', Value: 'eng', State: 'GIVEN' }] });
    expect(outlookOn(answer, 'of-department')).toMatchObject({ Assumable: true, KeysOfCall: [] });
    expect(outlookOn(answer, 'transitive')).toMatchObject({ Assumable: true, KeysOfCall: [] });
    const other = await told({ sub: 'tagged', hd: 'ops' });
    expect(outlookOn(other, 'of-department')).toMatchObject({
      Assumable: false,
      Causes: [{ Layer: 'TRUST', Mismatches: [{ Key: 'aws:PrincipalTag/Department', Actual: ['ops'] }] }],
    });
  });

  test('[S45] need sts:TagSession in the trust policy', async () => {
    expect(outlookOn(await told({ sub: 'tagged', hd: 'eng' }), 'audit')).toMatchObject({
      Assumable: false,
      DeniedAction: 'sts:TagSession',
      Causes: [{ Layer: 'TRUST', Kind: 'NO_ALLOW' }],
    });
  });
});

describe('the answer is what sign-in and AssumeRole then do', () => {
  test.each(generatedPeople())('%s', async (subject, claims) => {
    scene.outside.people.set(subject, claims);
    const before = await userNames();
    const first = await byClaims({ sub: subject, ...claims });
    const byToken = await tested({ IdToken: await scene.idToken(subject) });
    expect(await userNames()).toEqual(before);
    const { Checks: _checks, ...rest } = byToken;
    expect(first).toMatchObject(rest);

    const heading = await scene.signIn('corp', subject);
    expect(first.Accepted).toBe(heading !== 'Sign-in did not work');
    if (!first.Accepted) {
      expect(await userNames()).toEqual(before);
      const signIns = scene.server.events.filter(({ eventName }) => eventName === 'ConnectorSignIn');
      expect(signIns.at(-1)?.errorCode).toBe(failedOf(first)[0]?.[0]);
      expect(first.Roles).toEqual([]);
      return;
    }
    const created = (await userNames()).filter((name) => !before.includes(name));
    expect(created).toEqual([first.User?.UserName]);
    const UserName = created[0] ?? '';
    const { Groups = [] } = await scene.server.iam().send(new ListGroupsForUserCommand({ UserName }));
    expect(Groups.map(({ GroupName }) => GroupName).sort()).toEqual([...(first.Groups?.Added ?? [])].sort());
    expect(first.User).toMatchObject({ IsNew: true, Arn: userArn(`federated/corp/${UserName}`) });

    const second = await byClaims({ sub: subject, ...claims });
    expect(second.User).toMatchObject({ UserName, IsNew: false });
    expect(second.Groups).toMatchObject({ Added: [], Removed: [] });
    expect(second.Roles).toEqual(first.Roles);
    const told = Object.fromEntries(first.Roles.map(({ Arn, Assumable }) => [Arn, Assumable]));
    expect(Object.keys(told)).toHaveLength(5);
    expect(await assumed(await scene.keyFor(UserName), first.Roles)).toEqual(told);
    for (const { Assumable, Causes } of first.Roles) expect(Causes.length === 0).toBe(Assumable);
  });
});

describe('what stands in the way is named with its value', () => {
  const claims = { sub: 'explained', preferred_username: 'carl', hd: 'eng', groups: ['auditors'] };

  test('of roles: the deny, the condition that does not hold, the key that only the call has, the trust policy', async () => {
    const { Roles } = await byClaims(claims);
    const causesOf = (name: string) => Roles.find(({ Arn }) => Arn === roleArn(name));
    const notNamedWithA = { Part: 'CONDITION', Operator: 'StringLike', Key: 'aws:username', Actual: ['carl'] };
    expect(causesOf('deploy')?.Causes).toMatchObject([
      { Layer: 'IDENTITY', Kind: 'EXPLICIT_DENY', Policy: 'own', Statement: 'NeverDeploy' },
      { Layer: 'IDENTITY', Kind: 'NO_ALLOW', Policy: 'own', Statement: 'Tagged', Mismatches: [notNamedWithA] },
    ]);
    expect(causesOf('audit')?.Causes).toMatchObject([{ Layer: 'IDENTITY', Kind: 'NO_ALLOW' }]);
    expect(causesOf('machine')?.Causes).toMatchObject([
      { Layer: 'TRUST', Mismatches: [{ Part: 'PRINCIPAL', Wanted: ['Service:ec2.amazonaws.com'] }] },
    ]);
    expect(causesOf('mfa')).toMatchObject({
      Assumable: false,
      KeysOfCall: ['aws:MultiFactorAuthPresent'],
      Causes: [
        {
          Layer: 'TRUST',
          Mismatches: [{ Operator: 'Bool', Key: 'aws:MultiFactorAuthPresent', Wanted: ['true'], Actual: [] }],
        },
        { Layer: 'IDENTITY' },
      ],
    });
    // First the roles that the person can assume, then those whose trust policy lets the person in.
    expect(Roles.map(({ Arn }) => Arn.split('/')[1])).toEqual(['named', 'audit', 'deploy', 'machine', 'mfa']);
  });

  test('of the sign-in: conditions and rules, applied or not', async () => {
    const answer = await byClaims({ ...claims, hd: 'sales', groups: ['deployers', 'other'] });
    expect(failedOf(answer)).toEqual([['condition', 'StringEquals login:hd']]);
    expect(answer).toMatchObject({
      Accepted: false,
      Conditions: [{ Wanted: ['eng', 'ops'], Actual: ['sales'], Holds: false }],
      Rules: {
        UserNameClaim: 'preferred_username',
        GroupsClaim: 'groups',
        GroupsClaimState: 'PRESENT',
        GroupsClaimValues: ['deployers', 'other'],
        Groups: [
          { Group: 'Everyone', Applies: true },
          { Value: 'deployers', Group: 'Deployers', Applies: true },
          { Value: 'auditors', Group: 'Auditors', Applies: false },
          { Value: 'painters', Group: 'NoSuchGroup', Applies: false },
        ],
      },
    });
    expect(await byClaims({ ...claims, sub: undefined })).toMatchObject({ Accepted: false, Roles: [] });
  });

  test.each<readonly [string, unknown, string, object?]>([
    ['no groups', [], 'PRESENT'],
    ['no claim for them', undefined, 'ABSENT'],
    ['a claim that is null', null, 'ABSENT'],
    ['the claim of another name, as GitLab has in ID tokens', undefined, 'ABSENT', { groups_direct: ['deployers'] }],
    ['too many groups, as Entra says it', undefined, 'LEFT_OUT', { _claim_names: { groups: 'src1' } }],
  ])('tells a person in no group from a provider that does not say: %s', async (_, groups, state, more = {}) => {
    expect(await byClaims({ ...claims, groups, ...more })).toMatchObject({
      Rules: { GroupsClaim: 'groups', GroupsClaimState: state, GroupsClaimValues: [] },
    });
  });

  test('a permissions boundary, and a disabled user', async () => {
    const bounded = { sub: 'bounded', preferred_username: 'abel', hd: 'eng', groups: ['auditors'] };
    scene.outside.people.set('bounded', bounded);
    await scene.signIn('corp', 'bounded');
    const iam = scene.server.iam();
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'edge', PolicyDocument: allow('sts:AssumeRole', roleArn('deploy')) }),
    );
    const UserName = 'abel';
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: Policy?.Arn }));
    const { Roles } = await byClaims(bounded);
    const audit = Roles.find(({ Arn }) => Arn === roleArn('audit'));
    expect(audit).toMatchObject({ Assumable: false, Causes: [{ Layer: 'BOUNDARY', Policy: Policy?.Arn }] });
    const told = Object.fromEntries(Roles.map(({ Arn, Assumable }) => [Arn, Assumable]));
    expect(await assumed(await scene.keyFor(UserName), Roles)).toEqual(told);

    await scene.call('DisableUser', { UserName, Reason: 'left' });
    const disabled = await byClaims(bounded);
    expect([failedOf(disabled), disabled.Roles]).toEqual([[['disabled-user', 'abel']], []]);
  });

  test('a connector that creates no users refuses a login that nobody is linked to', async () => {
    await scene.call('UpdateConnector', { Name: 'corp', Provisioning: 'LINKED_ONLY' });
    const stranger = await byClaims({ ...claims, sub: 'not-linked' });
    await scene.call('UpdateConnector', { Name: 'corp', Provisioning: 'JUST_IN_TIME' });
    expect([failedOf(stranger), stranger.User]).toEqual([
      [['not-linked', 'nobody is linked to this login']],
      undefined,
    ]);
  });

  test('roles come in pages', async () => {
    const Evidence = { Claims: JSON.stringify(claims) };
    const first = await tested(Evidence, undefined, { MaxResults: 3 });
    const next = await tested(Evidence, undefined, { NextToken: first.NextToken });
    const all = [...first.Roles, ...next.Roles].map(({ Arn }) => Arn);
    expect([first.Roles.length, new Set(all).size, next.NextToken]).toEqual([3, 5, undefined]);
  });
});

describe('an ID token is verified as at a sign-in', () => {
  test('of this provider, then expired: the rest is told as well', async () => {
    scene.outside.people.set('token', { preferred_username: 'tom', hd: 'eng' });
    const token = await scene.idToken('token');
    const fresh = await tested({ IdToken: `${token}\n` });
    expect(fresh.Accepted).toBe(true);
    const outcomes = Object.fromEntries(fresh.Checks.map(({ Name, Outcome }) => [Name, Outcome]));
    expect(outcomes).toMatchObject({ issuer: 'PASSED', audience: 'PASSED', signature: 'PASSED', nonce: 'SKIPPED' });
    const [head = '', body = '', signature = ''] = token.split('.');
    const forge = (change: object): string => {
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
      return [head, Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url'), signature].join('.');
    };
    const failures = async (IdToken: string) => failedOf(await tested({ IdToken }));
    expect(await failures(forge({}).replace(/.{8}$/, 'AAAAAAAA'))).toMatchObject([['signature', expect.anything()]]);
    expect((await failures(forge({ aud: 'another' })))[0]).toEqual(['audience', expect.stringContaining('"another"')]);
    expect((await failures(forge({ exp: 1 })))[0]).toEqual(['expiry', 'exp 1970-01-01T00:00:01.000Z']);
    expect(await failures(forge({ iss: 'https://another.example' }))).toEqual([
      ['issuer', `iss https://another.example, not ${scene.outside.issuer}`],
    ]);
    expect(await failures('not a token')).toMatchObject([['token', expect.anything()]]);
  });
});

test('GetConnector shows the last sign-in, and the last failure with its check and reference', async () => {
  const shown = async () =>
    (await scene.call('GetConnector', { Name: 'seen' }))['Connector'] as Record<string, unknown>;
  await scene.connect('seen', { Rules: { Condition: RULES.Condition } });
  expect(await shown()).not.toHaveProperty('LastSignInAt');
  expect(await shown()).not.toHaveProperty('LastFailure');
  scene.outside.people.set('seen', { preferred_username: 'sam', hd: 'eng' });
  scene.outside.people.set('unseen', { preferred_username: 'una', hd: 'sales' });
  await scene.signIn('seen', 'seen');
  await until(async () => 'LastSignInAt' in (await shown()));
  await scene.signIn('seen', 'unseen');
  await until(async () => 'LastFailure' in (await shown()));
  const { requestId } = scene.server.events.findLast(({ errorCode }) => errorCode === 'condition') ?? {};
  expect(await shown()).toMatchObject({
    LastSignInAt: expect.any(Number),
    LastFailure: { At: expect.any(Number), Check: 'condition', Reference: requestId },
  });
  expect((await shown())['LastSignInAt']).toBeGreaterThan(Date.now() / 1000 - 600);
});

describe('[S46] what a test reveals', () => {
  const claims = { sub: 'private', preferred_username: 'paul', hd: 'eng', groups: ['auditors'] };

  test('one who may only test the connector learns nothing about roles and policies', async () => {
    const key = await makeUser(scene.server, 'partner', allow('rolecall:TestConnector', CONNECTOR_ARN));
    const answer = await byClaims(claims, key);
    expect(answer).toMatchObject({ Accepted: true, User: { UserName: 'paul' }, Roles: [] });
    expect(answer.RolesWithheld).toBe(
      `Showing roles needs iam:SimulatePrincipalPolicy on ${userArn('federated/corp/paul')} and iam:ListRoles on arn:aws:iam::${ACCOUNT_ID}:role/.`,
    );
    expect(JSON.stringify(answer)).not.toContain(':role/deploy');
  });

  test('one who may list roles and simulate sees why, but not what policies of others say', async () => {
    const simulate = allow(['rolecall:TestConnector', 'iam:SimulatePrincipalPolicy', 'iam:ListRoles']);
    const answer = await byClaims(claims, await makeUser(scene.server, 'analyst', simulate));
    expect(answer.Roles).toHaveLength(5);
    const causes = answer.Roles.flatMap(({ Causes }) => Causes) as { Layer: string; Mismatches: object[] }[];
    const shown = causes.filter(({ Layer }) => Layer !== 'TRUST').flatMap(({ Mismatches }) => Mismatches);
    expect(shown.length).toBeGreaterThan(0);
    for (const mismatch of shown) expect(mismatch).not.toHaveProperty('Wanted');
  });

  test('without permission nothing is tested; a missing connector is only reported to those who may test it', async () => {
    const key = await makeUser(scene.server, 'stranger');
    for (const Name of ['corp', 'missing']) {
      const answer = await scene.call('TestConnector', { Name, Evidence: { Claims: '{}' } }, key);
      expect(answer['__type']).toBe('AccessDeniedException');
    }
    const missing = await scene.call('TestConnector', { Name: 'missing', Evidence: { Claims: '{}' } });
    expect(missing['__type']).toBe('NoSuchConnectorException');
  });

  test.each([
    [{ Claims: 'planted-evidence {' }, 'Evidence.Claims: is not JSON'],
    [{ Claims: '["planted-evidence"]' }, 'Evidence.Claims: must be a JSON object'],
    [{}, 'give exactly one of Claims, IdToken'],
    [{ Claims: '{}', IdToken: 'planted-evidence' }, 'give exactly one of Claims, IdToken'],
  ])('evidence never appears in errors, audit events and logs: %j', async (Evidence, message) => {
    const answer = await scene.call('TestConnector', { Name: 'corp', Evidence });
    expect(answer['message']).toContain(message);
    await byClaims({ ...claims, hd: 'planted-evidence' });
    const recorded = JSON.stringify([answer, scene.server.events, scene.server.errors]);
    expect(recorded).not.toContain('planted-evidence');
    expect(scene.server.events.at(-1)).toMatchObject({
      eventName: 'TestConnector',
      readOnly: true,
      request: { Name: 'corp', Evidence: { Claims: '[redacted]' } },
    });
  });
});

test('the answer says which value would count as the second factor, once the connector trusts it', async () => {
  const claims = { sub: 'trusted', preferred_username: 'trusted', hd: 'eng', amr: ['pwd', 'mfa'], acr: 'gold' };
  expect(await byClaims(claims)).not.toHaveProperty('TrustedFactor');
  const trust = async (TrustedFactors: object) => {
    const { Connector } = await scene.call('UpdateConnector', { Name: 'corp', Oidc: { TrustedFactors } });
    return (Connector as { readonly Oidc: { readonly TrustedFactors?: object } }).Oidc.TrustedFactors;
  };
  expect(await trust({ Amr: ['mfa'] })).toEqual({ Amr: ['mfa'] });
  expect(await byClaims(claims)).toMatchObject({ Accepted: true, TrustedFactor: 'amr mfa', NextSteps: [] });
  expect(await trust({ Acr: ['gold'], Amr: [] })).toEqual({ Acr: ['gold'] });
  expect(await byClaims(claims)).toMatchObject({ TrustedFactor: 'acr gold' });
  expect(await byClaims({ ...claims, acr: undefined })).not.toHaveProperty('TrustedFactor');
  expect(await trust({})).toBeUndefined();
  expect(await byClaims(claims)).not.toHaveProperty('TrustedFactor');
});

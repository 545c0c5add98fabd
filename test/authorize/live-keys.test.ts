import {
  AddRoleToInstanceProfileCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateServiceLinkedRoleCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CATALOGUE } from '../../src/policy/catalogue/catalogue.ts';
import { refusal, roleArn, userArn } from '../sts/people.ts';
import { ACCOUNT_ID } from '../support/in-process-server.ts';
import { CLIENT, type Condition, type Does, type LiveScene, openLiveScene, REFERER } from './live-scene.ts';

let scene: LiveScene;
beforeAll(async () => {
  scene = await openLiveScene();
});
afterAll(() => scene?.close());

type Call = (condition: Condition) => Promise<unknown>;

const getBob: Does = (iam) => iam.send(new GetUserCommand({ UserName: 'bob' }));
const POLICY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const user =
  (does: Does = getBob): Call =>
  (condition) =>
    scene.asUser(condition, does);
const role: Call = (condition) => scene.asRole(condition, getBob);
const federated: Call = (condition) => scene.asFederated(condition, getBob);
const assume =
  (wishes: Partial<AssumeRoleCommandInput>): Call =>
  (condition) =>
    scene.assume(condition, wishes);
const byToken: Call = (condition) => scene.assumeByToken(condition);

const tagBob: Does = (iam) => iam.send(new TagUserCommand({ UserName: 'bob', Tags: [{ Key: 'stage', Value: 'x' }] }));
const bindBob: Does = (iam) =>
  iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'bob', PermissionsBoundary: POLICY }));
const attach: Does = (iam) => iam.send(new AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn: POLICY }));
const attachMarked: Does = (iam) => iam.send(new AttachGroupPolicyCommand({ GroupName: 'marked', PolicyArn: POLICY }));
const passRole: Does = (iam) =>
  iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'web', RoleName: 'trusting' }));

const BEDROCK = 'bedrock.amazonaws.com';
const expiring: Does = (iam) =>
  iam.send(
    new CreateServiceSpecificCredentialCommand({ UserName: 'bob', ServiceName: BEDROCK, CredentialAgeDays: 30 }),
  );

const AUTO_SCALING = 'autoscaling.amazonaws.com';
let linkedRoles = 0;
const linkRole: Does = (iam) => {
  linkedRoles++;
  return iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: AUTO_SCALING, CustomSuffix: `${linkedRoles}` }));
};

interface LiveCase {
  readonly key: string;
  readonly operator: string;
  readonly holds: string;
  readonly fails: string;
  readonly call: Call;
  /** What the policy asks for, of a family: `aws:PrincipalTag/team`. */
  readonly asked?: string;
}

const FUTURE = '2100-01-01T00:00:00Z';
const PAST = '2020-01-01T00:00:00Z';
const equals = (key: string, holds: string, fails: string, call: Call): LiveCase => ({
  key,
  operator: 'StringEquals',
  holds,
  fails,
  call,
});
const anyOf = (key: string, holds: string, fails: string, call: Call): LiveCase => ({
  ...equals(key, holds, fails, call),
  operator: 'ForAnyValue:StringEquals',
});
const other = 'other';
const otherArn = userArn(other);
/** `${…}` is what is known only once the server runs. */
const CASES: readonly LiveCase[] = [
  { key: 'aws:PrincipalArn', operator: 'ArnEquals', holds: userArn('alice'), fails: otherArn, call: user() },
  { key: 'aws:PrincipalArn', operator: 'ArnEquals', holds: roleArn('worker'), fails: otherArn, call: role },
  equals('aws:PrincipalAccount', ACCOUNT_ID, '210987654321', user()),
  { ...equals('aws:PrincipalTag/*', 'blue', 'red', user()), asked: 'aws:PrincipalTag/team' },
  { key: 'aws:PrincipalIsAWSService', operator: 'Bool', holds: 'false', fails: 'true', call: user() },
  equals('aws:PrincipalType', 'User', 'AssumedRole', user()),
  equals('aws:PrincipalType', 'AssumedRole', 'User', role),
  equals('aws:userid', '{userId}', other, user()),
  equals('aws:username', 'alice', 'bob', user()),
  equals('aws:FederatedProvider', `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/{issuer}`, other, federated),
  equals('aws:FederatedProvider', `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/{issuer}`, other, byToken),
  { key: 'aws:TokenIssueTime', operator: 'DateGreaterThan', holds: PAST, fails: FUTURE, call: role },
  { key: 'aws:MultiFactorAuthAge', operator: 'NumericLessThan', holds: '3600', fails: '0', call: role },
  { key: 'aws:MultiFactorAuthPresent', operator: 'Bool', holds: 'true', fails: 'false', call: role },
  ...[federated, byToken].flatMap((call) => [
    equals('signin:Strength', 'single-factor', 'phishing-resistant', call),
    equals('signin:Acr', '1fa', 'phr', call),
    { key: 'signin:Age', operator: 'NumericLessThan', holds: '3600', fails: '0', call } as const,
  ]),
  equals('aws:SourceIdentity', 'alice-herself', other, role),
  { key: 'aws:SourceIp', operator: 'IpAddress', holds: '127.0.0.0/8', fails: '192.0.2.0/24', call: user() },
  equals('aws:ResourceAccount', ACCOUNT_ID, '210987654321', user()),
  { ...equals('aws:ResourceTag/*', 'ann', 'bob', user()), asked: 'aws:ResourceTag/owner' },
  { key: 'aws:ViaAWSService', operator: 'Bool', holds: 'false', fails: 'true', call: user() },
  { key: 'aws:CurrentTime', operator: 'DateLessThan', holds: FUTURE, fails: PAST, call: user() },
  { key: 'aws:EpochTime', operator: 'NumericGreaterThan', holds: '1000000000', fails: '9000000000', call: user() },
  { key: 'rolecall:HourOfDay', operator: 'NumericLessThan', holds: '24', fails: '0', call: user() },
  { ...equals('rolecall:DayOfWeek', '*day', 'Mon', user()), operator: 'StringLike' },
  equals('aws:referer', REFERER, other, user()),
  equals('aws:RequestedRegion', 'eu-central-1', 'us-east-1', user()),
  { ...equals('aws:RequestTag/*', 'x', 'y', user(tagBob)), asked: 'aws:RequestTag/stage' },
  anyOf('aws:TagKeys', 'stage', other, user(tagBob)),
  { key: 'aws:SecureTransport', operator: 'Bool', holds: 'false', fails: 'true', call: user() },
  { key: 'aws:UserAgent', operator: 'StringLike', holds: 'aws-sdk-js/*', fails: 'curl/*', call: user() },
  {
    // the call needs two permissions, of which only iam:PassRole has the key
    ...equals('iam:PassedToService', 'ec2.amazonaws.com', 'lambda.amazonaws.com', user(passRole)),
    operator: 'StringEqualsIfExists',
  },
  { key: 'iam:PermissionsBoundary', operator: 'ArnEquals', holds: POLICY, fails: otherArn, call: user(bindBob) },
  { key: 'iam:PolicyARN', operator: 'ArnEquals', holds: POLICY, fails: otherArn, call: user(attach) },
  {
    key: 'iam:ServiceSpecificCredentialAgeDays',
    operator: 'NumericLessThan',
    holds: '31',
    fails: '30',
    call: user(expiring),
  },
  equals('iam:AWSServiceName', AUTO_SCALING, 'ecs.amazonaws.com', user(linkRole)),
  equals('iam:ServiceSpecificCredentialServiceName', BEDROCK, 'cassandra.amazonaws.com', user(expiring)),
  { ...equals('iam:ResourceTag/*', 'ann', 'bob', user()), asked: 'iam:ResourceTag/owner' },
  { key: 'rolecall:ResourcePrivileged', operator: 'Bool', holds: 'false', fails: 'true', call: user(attach) },
  { key: 'rolecall:ResourcePrivileged', operator: 'Bool', holds: 'false', fails: 'true', call: assume({}) },
  { key: 'rolecall:ResourcePrivileged', operator: 'Bool', holds: 'true', fails: 'false', call: user(attachMarked) },
  { key: 'rolecall:ResourcePrivileged', operator: 'Null', holds: 'true', fails: 'false', call: user() },
  equals('sts:ExternalId', 'zebra', other, assume({ ExternalId: 'zebra' })),
  equals('sts:RoleSessionName', 'session', other, assume({})),
  equals('sts:SourceIdentity', 'alice', other, assume({ SourceIdentity: 'alice' })),
  anyOf(
    'sts:TransitiveTagKeys',
    'team',
    other,
    assume({ Tags: [{ Key: 'team', Value: 'x' }], TransitiveTagKeys: ['team'] }),
  ),
  { ...equals('<issuer>:aud', CLIENT, other, byToken), asked: '{issuer}:aud' },
  { ...equals('<issuer>:aud', CLIENT, other, federated), asked: '{issuer}:aud' },
  { ...equals('<issuer>:sub', '{subject}', other, byToken), asked: '{issuer}:sub' },
  { ...equals('<issuer>:sub', '{subject}', other, federated), asked: '{issuer}:sub' },
  { ...anyOf('<issuer>:oaud', CLIENT, other, byToken), asked: '{issuer}:oaud' },
  { ...anyOf('<issuer>:amr', '{method}', other, byToken), asked: '{issuer}:amr' },
  { ...anyOf('<issuer>:amr', '{method}', other, federated), asked: '{issuer}:amr' },
  { ...equals('<issuer>:*', '{nonce}', other, byToken), asked: '{issuer}:nonce' },
];

const filled = (text: string): string =>
  text.replace(/\{(\w+)\}/g, (_whole, name) => scene.known[name as keyof LiveScene['known']]);

describe('condition keys of live requests', () => {
  test('every key marked as live in the catalogue has a case here', () => {
    const live = Object.values(CATALOGUE)
      .flat()
      .filter(({ origin }) => origin !== 'none')
      .map(({ name }) => name)
      // live-saml-keys.test.ts, oidc/token-exchange/exchange-roles.test.ts, sts/outbound-federation.test.ts and iam/role-templates.test.ts
      .filter(
        (name) =>
          !/^iam:(?:RoleTemplateARN|AccountPropertyNamespaces|TemplateArn|NotificationChannel|Delegation\w+)$/.test(
            name,
          ),
      )
      .filter((name) => !/^sts:(?:DurationSeconds|IdentityTokenAudience|SigningAlgorithm)$/.test(name))
      .filter((name) => !name.startsWith('saml:') && !/^(?:signin:Connector|rolecall:(?:ClientId|Scope))$/.test(name))
      // organizations/enforcement.test.ts
      .filter((name) => !/^(?:organizations:.*|aws:(?:Principal|Resource)Org.*)$/.test(name))
      // organizations/access-report.test.ts
      .filter((name) => name !== 'iam:OrganizationsPolicyId')
      // organizations/assume-root.test.ts
      .filter((name) => !/^(?:aws:AssumedRoot|sts:TaskPolicyArn)$/.test(name));
    expect([...new Set(CASES.map(({ key }) => key))].sort()).toEqual([...live].sort());
  });

  test('the set-up works', async () => {
    const anything = { StringLike: { 'aws:PrincipalArn': '*' } };
    await scene.asUser(anything, (iam) => iam.send(new CreateGroupCommand({ GroupName: 'readers' })));
    await scene.asUser(anything, (iam) => iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'web' })));
    expect(Object.values(scene.known).every((value) => value !== '')).toBe(true);
  });

  test.each(CASES.map((each) => [each.asked ?? each.key, each.operator, each.holds, each] as const))(
    '%s: %s %s allows, another value denies',
    async (key, operator, _holds, { holds, fails, call }) => {
      const condition = (value: string): Condition => ({ [operator]: { [filled(key)]: filled(value) } });
      expect((await refusal(call(condition(fails)))).name).toBe('AccessDenied');
      await expect(call(condition(holds))).resolves.toBeDefined();
    },
  );

  test('a refused web identity: the account of the role may decode why', async () => {
    const condition = { StringEquals: { [`${scene.known.issuer}:sub`]: 'somebody else' } };
    const denial = await scene.assumeByToken(condition).then(
      () => Promise.reject(new Error('was not denied')),
      (error: Error & { EncodedAuthorizationMessage: string }) => error,
    );
    expect(denial.message).toBe('Not authorized to perform sts:AssumeRoleWithWebIdentity');
    const said = JSON.parse(await scene.decode(denial.EncodedAuthorizationMessage));
    expect(said).toMatchObject({
      layer: 'trust',
      context: { action: 'sts:AssumeRoleWithWebIdentity', resource: roleArn('by-token') },
      nearStatements: { items: [{ mismatch: { actual: { items: [{ value: scene.known.subject }] } } }] },
    });
    const values = { items: [{ value: scene.known.subject }] };
    expect(said.context.conditions.items).toContainEqual({ key: `${scene.known.issuer}:sub`, values });
  });

  test('[Global condition keys: aws:ResourceTag] a resource created with tags has them', async () => {
    const making =
      (UserName: string): Does =>
      (iam) =>
        iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'blue' }] }));
    const condition = (team: string) => ({ StringEquals: { 'aws:ResourceTag/team': team } });
    expect((await refusal(scene.asUser(condition('red'), making('dan')))).name).toBe('AccessDenied');
    await expect(scene.asUser(condition('blue'), making('dan'))).resolves.toBeDefined();
  });
});

import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnableAWSServiceAccessCommand,
  ListPoliciesCommand,
  MoveAccountCommand,
  type PolicyType,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { controlPolicy, type OrganizationScene, startOrganization } from './scene.ts';

let scene: OrganizationScene;
let member: string;
let admin: Key;
let unit: string;

const DENY_USERS = controlPolicy({ Effect: 'Deny', Action: 'iam:*User*', Resource: '*' });
const ALLOW_ALL = controlPolicy({ Effect: 'Allow', Action: '*', Resource: '*' });

async function createPolicy(Content: string, Type: PolicyType = 'SERVICE_CONTROL_POLICY'): Promise<string> {
  const input = { Name: `policy ${++count}`, Type, Description: '', Content };
  const { Policy } = await scene.client().send(new CreatePolicyCommand(input));
  return Policy?.PolicySummary?.Id ?? '';
}
let count = 0;
const attach = (PolicyId: string, TargetId: string) =>
  scene.client().send(new AttachPolicyCommand({ PolicyId, TargetId }));
const detach = (PolicyId: string, TargetId: string) =>
  scene.client().send(new DetachPolicyCommand({ PolicyId, TargetId }));
const move = (SourceParentId: string, DestinationParentId: string) =>
  scene.client().send(new MoveAccountCommand({ AccountId: member, SourceParentId, DestinationParentId }));

/** `allowed`, or why not. */
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'allowed',
    ({ message }: Error) =>
      / (?:with an explicit deny in|because no) (.+?)(?: allows.*)?$/.exec(message)?.[1] ?? message,
  );
const listUsers = (key = admin) => outcome(scene.server.iam(key).send(new ListUsersCommand({})));
const listRoles = (key = admin) => outcome(scene.server.iam(key).send(new ListRolesCommand({})));
const EXPLICIT = 'a service control policy';
const IMPLICIT = 'service control policy';

beforeAll(async () => {
  scene = await startOrganization();
  await scene.enable('SERVICE_CONTROL_POLICY');
  await scene.enable('RESOURCE_CONTROL_POLICY');
  member = await scene.createAccount('governed');
  admin = await scene.administrate(member);
  const input = { Name: 'unit', ParentId: scene.rootId };
  unit = (await scene.client().send(new CreateOrganizationalUnitCommand(input))).OrganizationalUnit?.Id ?? '';
  await move(scene.rootId, unit);
});

describe('service control policies', () => {
  test.each([
    ['the root', () => scene.rootId],
    ['a unit', () => unit],
    ['the account', () => member],
  ])(
    '[organizations] a deny at %s holds for live sessions at once, and names the policy in the denial',
    async (_at, target) => {
      const policy = await createPolicy(DENY_USERS);
      expect(await listUsers()).toBe('allowed');
      await attach(policy, target());
      expect([await listUsers(), await listRoles()]).toEqual([EXPLICIT, 'allowed']);
      // The management account is never limited.
      expect(await listUsers(scene.server.admin)).toBe('allowed');
      await detach(policy, target());
      expect(await listUsers()).toBe('allowed');
    },
  );

  test('[organizations] every level must allow', async () => {
    const onlyUsers = await createPolicy(controlPolicy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }));
    await attach(onlyUsers, unit);
    expect(await listRoles()).toBe('allowed');
    await detach('p-FullAWSAccess', unit);
    expect([await listUsers(), await listRoles()]).toEqual(['allowed', IMPLICIT]);
    await scene.client().send(new UpdatePolicyCommand({ PolicyId: onlyUsers, Content: ALLOW_ALL }));
    expect(await listRoles()).toBe('allowed');
    await attach('p-FullAWSAccess', unit);
    await detach(onlyUsers, unit);
  });

  test('[organizations] hold for users of the account, whatever their policies allow, and for the simulator', async () => {
    const iam = scene.server.iam(admin);
    await iam.send(new CreateUserCommand({ UserName: 'ann' }));
    const PolicyDocument = controlPolicy({ Effect: 'Allow', Action: '*', Resource: '*' });
    await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'all', PolicyDocument }));
    const simulated = async () => {
      const { EvaluationResults } = await scene.server.iam(admin).send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: `arn:aws:iam::${member}:user/ann`,
          ActionNames: ['iam:ListUsers'],
        }),
      );
      const [{ EvalDecision, OrganizationsDecisionDetail } = {}] = EvaluationResults ?? [];
      return [EvalDecision, OrganizationsDecisionDetail?.AllowedByOrganizations];
    };
    expect(await simulated()).toEqual(['allowed', true]);
    const policy = await createPolicy(DENY_USERS);
    await attach(policy, unit);
    expect(await simulated()).toEqual(['explicitDeny', false]);
    await detach(policy, unit);
  });

  test('[organizations] a move changes them for live sessions at once', async () => {
    const policy = await createPolicy(DENY_USERS);
    await attach(policy, unit);
    expect(await listUsers()).toBe(EXPLICIT);
    await move(unit, scene.rootId);
    expect(await listUsers()).toBe('allowed');
    await move(scene.rootId, unit);
    expect(await listUsers()).toBe(EXPLICIT);
    await detach(policy, unit);
  });

  test('[organizations] are not in force while their type is disabled', async () => {
    const policy = await createPolicy(DENY_USERS);
    await attach(policy, unit);
    expect(await listUsers()).toBe(EXPLICIT);
    const PolicyType = 'SERVICE_CONTROL_POLICY';
    await scene.client().send(new DisablePolicyTypeCommand({ RootId: scene.rootId, PolicyType }));
    expect(await listUsers()).toBe('allowed');
    await scene.enable('SERVICE_CONTROL_POLICY');
    expect(await listUsers()).toBe('allowed');
  });
});

describe('resource control policies', () => {
  const trusting = controlPolicy({ Effect: 'Allow', Principal: { AWS: ACCOUNT_ID }, Action: 'sts:AssumeRole' });
  const assume = (accountId: string) =>
    outcome(
      scene.server
        .sts()
        .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${accountId}:role/opened`, RoleSessionName: 'test' })),
    );

  test('[organizations] limit who may assume roles of members, also from the management account, and none of its own', async () => {
    for (const key of [admin, scene.server.admin]) {
      const iam = scene.server.iam(key);
      await iam.send(new CreateRoleCommand({ RoleName: 'opened', AssumeRolePolicyDocument: trusting }));
      const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
      await iam.send(new AttachRolePolicyCommand({ RoleName: 'opened', PolicyArn }));
    }
    const Statement = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' };
    const policy = await createPolicy(controlPolicy(Statement), 'RESOURCE_CONTROL_POLICY');
    expect(await assume(member)).toBe('allowed');
    await attach(policy, scene.rootId);
    expect(await assume(member)).toBe('a resource control policy');
    expect(await assume(ACCOUNT_ID)).toBe('allowed');
    await detach(policy, scene.rootId);
    expect(await assume(member)).toBe('allowed');
  });
});

describe('condition keys', () => {
  test('[organizations] tell the organization and the place of caller and resource, as the account stands now', async () => {
    const { organizationId, rootId } = scene;
    const below = (...ids: readonly string[]) => `${[organizationId, rootId, ...ids].join('/')}/`;
    const allowedIf = async (Condition: object): Promise<string> => {
      const policy = await createPolicy(
        controlPolicy({ Effect: 'Deny', Action: 'iam:GetUser', Resource: '*', Condition }),
      );
      await attach(policy, member);
      const got = await outcome(scene.server.iam(admin).send(new GetUserCommand({ UserName: 'ann' })));
      await detach(policy, member);
      return got;
    };
    const inUnit = { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': below(unit) } };
    expect(await allowedIf({ StringEquals: { 'aws:PrincipalOrgID': organizationId } })).toBe(EXPLICIT);
    expect(await allowedIf({ StringEquals: { 'aws:ResourceOrgID': organizationId } })).toBe(EXPLICIT);
    expect(await allowedIf({ StringNotEquals: { 'aws:ResourceOrgID': organizationId } })).toBe('allowed');
    expect(await allowedIf({ StringEquals: { 'aws:ResourceAccount': member } })).toBe(EXPLICIT);
    expect(await allowedIf(inUnit)).toBe(EXPLICIT);
    const resourceInUnit = { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `${below(unit)}*` } };
    expect(await allowedIf(resourceInUnit)).toBe(EXPLICIT);
    await move(unit, rootId);
    expect(await allowedIf(inUnit)).toBe('allowed');
    await move(rootId, unit);
  });

  test('[organizations] the type of a policy, and the service, limit who may change them', async () => {
    const { server, rootId } = scene;
    await server.iam().send(new CreateUserCommand({ UserName: 'tagger' }));
    const { AccessKey } = await server.iam().send(new CreateAccessKeyCommand({ UserName: 'tagger' }));
    const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    const allow = (Action: string, condition: string, value: string) => ({
      ...{ Effect: 'Allow', Action, Resource: '*' },
      Condition: { StringEquals: { [condition]: value } },
    });
    const PolicyDocument = controlPolicy(
      allow('organizations:*Polic*', 'organizations:PolicyType', 'TAG_POLICY'),
      allow('organizations:*AWSServiceAccess', 'organizations:ServicePrincipal', 'config.amazonaws.com'),
    );
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'tagger', PolicyName: 'tags', PolicyDocument }));
    const client = scene.client(key);
    const listed = (Filter: PolicyType) => outcome(client.send(new ListPoliciesCommand({ Filter })));
    const denied = 'identity-based policy';
    expect([await listed('TAG_POLICY'), await listed('SERVICE_CONTROL_POLICY')]).toEqual(['allowed', denied]);
    const enable = (ServicePrincipal: string) =>
      outcome(client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal })));
    expect([await enable('config.amazonaws.com'), await enable('sso.amazonaws.com')]).toEqual(['allowed', denied]);
    // Attaching asks for both the policy and what it is attached to.
    const attachment = { PolicyId: 'p-FullAWSAccess', TargetId: rootId };
    await expect(client.send(new AttachPolicyCommand(attachment))).rejects.toThrow(
      'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
    );
  });

  test('[organizations] a trust policy can let in everyone of the organization', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': scene.organizationId } };
    const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition };
    const AssumeRolePolicyDocument = controlPolicy(trust);
    const iam = scene.server.iam();
    await iam.send(new CreateRoleCommand({ RoleName: 'shared', AssumeRolePolicyDocument }));
    const RoleArn = `arn:aws:iam::${ACCOUNT_ID}:role/shared`;
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' });
    expect(await outcome(scene.server.sts(admin).send(command))).toBe('allowed');
  });
});

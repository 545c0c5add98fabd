import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AcquireRoleCommand,
  CreateRoleCommand,
  GetAccountPropertiesCommand,
  PutAccountPropertiesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { roleTemplateListShape } from '../../src/app/settings/role-template-settings.ts';
import { renderTemplate } from '../../src/identity/role-templates/render-template.ts';
import { allow, makeUser } from '../sts/people.ts';
import { startInProcess } from '../support/in-process-server.ts';
import { ACCOUNT_ID, type IamUnderTest, OWN_TEMPLATE, openIam, refusalOf } from './support/iam-under-test.ts';

const POWER_USER = 'arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1';
const MANAGER = 'AWSServiceRoleForIAMRoleManager';
const VAULT = 'arn:aws:vault:::one';
let iam: IamUnderTest;

const entry = (...Values: string[]) => ({ Values });
const acquire = (ReplacementValues: object, TemplateArn = OWN_TEMPLATE.arn, further: object = {}) =>
  iam.call('AcquireRole', { TemplateArn, ReplacementValues, ...further });
const documentOf = (text: string) => JSON.parse(decodeURIComponent(text)) as unknown;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

test('GetRoleTemplateVersion shows a template with its parameters', async () => {
  const { RoleTemplateVersion } = await iam.call('GetRoleTemplateVersion', { TemplateArn: OWN_TEMPLATE.arn });
  expect(RoleTemplateVersion).toMatchObject({
    TemplateArn: OWN_TEMPLATE.arn,
    TemplateVersionId: expect.stringMatching(/^\w{16,128}$/),
    ...{ MajorVersion: 1, DefaultMinorVersion: 3, MinorVersion: 3, Enabled: true, VersionEnabled: true },
    ...{ ManagedByType: 'Service', ManagedByValue: 'backups.example.org', RoleNamePattern: 'backup-@{Name}' },
    ParametersDefinition: [
      { Name: 'Name', Type: 'String', IsRequired: true },
      { Name: 'Vaults', Type: 'ArnList', IsRequired: false, DefaultValue: 'arn:aws:vault:::main' },
    ],
    RoleTagsTemplate: [{ Key: 'owner', Value: '@{Name}' }],
  });
  for (const MinorVersion of [1, -1, 4]) {
    const call = iam.call('GetRoleTemplateVersion', { TemplateArn: OWN_TEMPLATE.arn, MinorVersion });
    expect((await refusalOf(call)).code).toBe('NoSuchEntity');
  }
  await iam.call('GetRoleTemplateVersion', { TemplateArn: OWN_TEMPLATE.arn, MinorVersion: 0 });
});

test('AcquireRole fills in names, tags and policies; lists become lists', async () => {
  const { Role } = await acquire({ Name: entry('mail'), Vaults: entry(VAULT, 'arn:aws:vault:::two') });
  expect(Role).toMatchObject({
    Arn: `arn:aws:iam::${ACCOUNT_ID}:role/backups/backup-mail`,
    ...{ Description: 'Backups of mail', MaxSessionDuration: 7200, Tags: [{ Key: 'owner', Value: 'mail' }] },
    SourceRoleTemplate: { TemplateArn: OWN_TEMPLATE.arn, TemplateMinorVersion: 3 },
  });
  const RoleName = 'backup-mail';
  const { PolicyDocument } = await iam.call('GetRolePolicy', { RoleName, PolicyName: 'vaults' });
  expect(documentOf(PolicyDocument)).toMatchObject({
    Statement: [{ Resource: [VAULT, 'arn:aws:vault:::two', 'arn:aws:vault:::log-mail'] }],
  });
  const { AttachedPolicies } = await iam.call('ListAttachedRolePolicies', { RoleName });
  expect(AttachedPolicies).toMatchObject([{ PolicyName: 'ReadOnlyAccess' }]);
  expect((await iam.call('GetRole', { RoleName })).Role.SourceRoleTemplate.TemplateArn).toBe(OWN_TEMPLATE.arn);
});

test('the same call again returns the same role; other values, another role or changes are conflicts', async () => {
  const values = { Name: entry('again') };
  const first = await acquire(values);
  expect((await acquire(values)).Role.RoleId).toBe(first.Role.RoleId);
  await iam.call('UpdateRoleDescription', { RoleName: 'backup-again', Description: 'other' });
  expect((await acquire(values)).Role.RoleId).toBe(first.Role.RoleId);
  expect(await refusalOf(acquire({ ...values, Vaults: entry(VAULT) }))).toEqual({
    ...{ code: 'NameConflict', status: 409 },
    message: 'A role with this name already exists but was not created from this template and parameters.',
  });
  await iam.call('DetachRolePolicy', { RoleName: 'backup-again', PolicyArn: OWN_TEMPLATE.managedPolicies[0] });
  expect(await refusalOf(acquire(values))).toEqual({
    ...{ code: 'RoleModified', status: 409 },
    message: 'Role backup-again has been modified since it was created and is no longer managed.',
  });
  await iam.call('CreateRole', { RoleName: 'backup-own', AssumeRolePolicyDocument: OWN_TEMPLATE.trustPolicy });
  expect((await refusalOf(acquire({ Name: entry('own') }))).code).toBe('NameConflict');
});

test.each([
  ['a value is missing', {}],
  ['one value too many', { Name: entry('a', 'b') }],
  ['an unknown parameter', { Name: entry('a'), Other: entry('x') }],
  ['[S44] a wildcard in a text', { Name: entry('a*') }],
  ['[S44] a policy variable', { Name: entry('$' + '{aws:username}') }],
  ['[S44] a wildcard in an ARN', { Name: entry('a'), Vaults: entry('arn:aws:vault:::*') }],
  ['[S44] an empty list', { Name: entry('a'), Vaults: entry() }],
  ['not an ARN', { Name: entry('a'), Vaults: entry('main') }],
  ['a name that is too long', { Name: entry('x'.repeat(60)) }],
  ['a prototype', { __proto__: entry('a'), constructor: entry('a') }],
])('InvalidInput: %s', async (_what, values) => {
  expect((await refusalOf(acquire(values))).code).toBe('InvalidInput');
});

test('[S44] a value does not take the place of another condition of the template', () => {
  const Condition = { StringEquals: { 'aws:PrincipalTag/@{Name}': 'x', 'aws:PrincipalTag/team': 'payments' } };
  const read = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*', Condition }] };
  const template = { ...OWN_TEMPLATE, inlinePolicies: { read: JSON.stringify(read) } };
  expect(renderTemplate(template, { Name: ['stage'] }).inlinePolicies[0]?.document).toContain('aws:PrincipalTag/stage');
  for (const name of ['team', 'Team']) expect(() => renderTemplate(template, { Name: [name] })).toThrow(/twice/);
});

test('AWS’s template for open-ended work of a service', async () => {
  const { Role } = await acquire(
    { RoleName: entry('runner'), AWSServiceName: entry('lambda.amazonaws.com') },
    POWER_USER,
  );
  expect(documentOf(Role.AssumeRolePolicyDocument)).toMatchObject({
    Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }],
  });
  const { AttachedPolicies } = await iam.call('ListAttachedRolePolicies', { RoleName: 'runner' });
  expect(AttachedPolicies).toMatchObject([{ PolicyName: 'PowerUserAccess' }]);
});

test('what must be allowed is what AcquireRole does, under iam:RoleTemplateARN', async () => {
  const input = { TemplateArn: OWN_TEMPLATE.arn, ReplacementValues: { Name: entry('asked') } };
  const shown = async () =>
    (await iam.targets('AcquireRole', input)).map(({ action, resource, conditions }) => [
      action,
      resource.replace(`arn:aws:iam::${ACCOUNT_ID}:`, ''),
      conditions?.get('iam:roletemplatearn') === OWN_TEMPLATE.arn,
      conditions?.get('iam:policyarn'),
    ]);
  const role = 'role/backups/backup-asked';
  expect(await shown()).toEqual([
    ['iam:GetRoleTemplateVersion', OWN_TEMPLATE.arn, false, undefined],
    ['iam:CreateRole', role, true, undefined],
    ['iam:TagRole', role, true, undefined],
    ['iam:AttachRolePolicy', role, true, 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
    ['iam:PutRolePolicy', role, true, undefined],
  ]);
  await iam.call('AcquireRole', input);
  expect(await shown()).toEqual([
    ['iam:GetRoleTemplateVersion', OWN_TEMPLATE.arn, false, undefined],
    ['iam:GetRole', role, true, undefined],
  ]);
  // Nothing of the reason before the template may be read.
  const unknown = { TemplateArn: 'arn:aws:iam::aws:role-template/x.example/None:1' };
  expect(await iam.targets('AcquireRole', unknown)).toMatchObject([{ action: 'iam:GetRoleTemplateVersion' }]);
  expect((await refusalOf(iam.call('AcquireRole', unknown))).code).toBe('NoSuchEntity');
});

test('a template of the configuration declares every parameter that it uses', () => {
  const template = { name: 'T', service: 'x.example', roleName: 'r-@{A}', trustPolicy: {} };
  expect(roleTemplateListShape.safeParse([template]).error?.issues[0]?.message).toContain('does not declare: A');
  const declared = { ...template, parameters: [{ name: 'A' }] };
  expect(roleTemplateListShape.parse([declared])[0]?.arn).toBe('arn:aws:iam::aws:role-template/x.example/T:1');
  expect(roleTemplateListShape.safeParse([declared, declared]).success).toBe(false);
});

test('account properties: the role manager, with its service-linked role', async () => {
  const put = (Properties: object) => iam.call('PutAccountProperties', { Properties });
  expect(await iam.call('GetAccountProperties')).toEqual({ Properties: { 'RoleManager/Enabled': 'false' } });
  await put({ 'RoleManager/Enabled': 'true' });
  await put({ 'RoleManager/Enabled': 'true' });
  expect(await iam.call('GetAccountProperties')).toEqual({ Properties: { 'RoleManager/Enabled': 'true' } });
  const remove = async () => {
    const { DeletionTaskId } = await iam.call('DeleteServiceLinkedRole', { RoleName: MANAGER });
    return iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId });
  };
  expect(await remove()).toMatchObject({ Status: 'FAILED', Reason: { Reason: expect.stringContaining('Disable it') } });
  await put({ 'RoleManager/Enabled': 'false' });
  expect(await remove()).toEqual({ Status: 'SUCCEEDED' });
});

test.each([
  [{ Enabled: 'true' }, 'Property key must be in format Namespace/PropertyName: Enabled'],
  [{ 'RoleManager/Enabled': 'true', 'Other/X': '1' }, 'All properties must belong to the same namespace'],
  [{ 'Other/X': '1' }, 'Unsupported namespace: Other'],
  [{ 'RoleManager/Other': '1' }, 'RoleManager namespace requires Enabled property'],
  [{ 'RoleManager/Enabled': 'TRUE' }, "Enabled must be 'true' or 'false'"],
])('account properties %j are refused', async (Properties, message) => {
  const refusal = await refusalOf(iam.call('PutAccountProperties', { Properties }));
  expect(refusal).toEqual({ code: 'InvalidInput', status: 400, message });
});

test('account properties are authorized by namespace; turning the role manager on also creates its role', async () => {
  const [put, role] = await iam.targets('PutAccountProperties', { Properties: { 'RoleManager/Enabled': 'true' } });
  expect([...(put?.conditions ?? [])]).toEqual([['iam:accountpropertynamespaces', ['RoleManager']]]);
  expect(role).toMatchObject({ action: 'iam:CreateServiceLinkedRole', resource: expect.stringContaining(MANAGER) });
  expect(await iam.targets('PutAccountProperties', { Properties: { 'RoleManager/Enabled': 'false' } })).toHaveLength(1);
  const [get] = await iam.targets('GetAccountProperties');
  expect(get?.conditions?.get('iam:accountpropertynamespaces')).toEqual(['RoleManager']);
});

test('over the wire: who may create roles only from a template', async () => {
  const directory = temporaryDirectory();
  const config = join(directory.path, 'rolecall.json');
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` };
  const trustPolicy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  const template = {
    ...{ name: 'Job', service: 'jobs.example', roleName: 'job-@{Name}', trustPolicy, parameters: [{ name: 'Name' }] },
    managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  };
  writeFileSync(config, JSON.stringify({ roleTemplates: [template] }));
  const server = await startInProcess({ ROLECALL_CONFIG: config });
  try {
    const TemplateArn = 'arn:aws:iam::aws:role-template/jobs.example/Job:1';
    const only = { Condition: { ArnEquals: { 'iam:RoleTemplateARN': TemplateArn } } };
    const actions = ['iam:CreateRole', 'iam:AttachRolePolicy'];
    const key = await makeUser(server, 'maker', allow(actions, '*', only));
    const ask = () =>
      server.iam(key).send(new AcquireRoleCommand({ TemplateArn, ReplacementValues: { Name: { Values: ['a'] } } }));
    expect((await refusalOf(ask().catch(asRefusal))).message).toContain('iam:GetRoleTemplateVersion');
    const policy = (PolicyName: string, PolicyDocument: string) =>
      server.iam().send(new PutUserPolicyCommand({ UserName: 'maker', PolicyName, PolicyDocument }));
    await policy('read', allow('iam:GetRoleTemplateVersion'));
    expect((await ask()).Role?.SourceRoleTemplate).toEqual({ TemplateArn, TemplateMinorVersion: 1 });
    const input = { RoleName: 'own', AssumeRolePolicyDocument: JSON.stringify(trustPolicy) };
    await expect(server.iam(key).send(new CreateRoleCommand(input))).rejects.toMatchObject({ name: 'AccessDenied' });
    const Properties = { 'RoleManager/Enabled': 'true' };
    await server.iam().send(new PutAccountPropertiesCommand({ Properties }));
    expect((await server.iam().send(new GetAccountPropertiesCommand({}))).Properties).toEqual(Properties);
  } finally {
    await server.close();
    directory.remove();
  }
});

/** An error of the SDK, as {@link refusalOf} reads it. */
function asRefusal(error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }): never {
  throw Object.assign(error, { code: error.name, status: error.$metadata?.httpStatusCode });
}

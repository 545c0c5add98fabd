import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  DisableAWSServiceAccessCommand,
  DisablePolicyTypeCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  LeaveOrganizationCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID } from '../support/in-process-server.ts';
import { controlPolicy, type OrganizationScene, startOrganization } from './scene.ts';

let scene: OrganizationScene;
let rootId: string;
let member: string;

type Send = OrganizationScene['client'] extends (...args: never) => infer Client
  ? Client extends { send: infer Method }
    ? Method
    : never
  : never;
const send = ((command: never) => scene.client().send(command)) as Send;

/** The code, the reason if there is one, and the message of a refusal. */
async function refusal(call: Promise<unknown>): Promise<readonly (string | undefined)[]> {
  const error = await call.then(
    () => ({ name: 'no error' }),
    (thrown: unknown) => thrown as { name: string; Reason?: string; message?: string },
  );
  return [error.name, ...('Reason' in error ? [error.Reason] : []), 'message' in error ? error.message : undefined];
}

async function createUnit(Name: string, ParentId = rootId): Promise<string> {
  const { OrganizationalUnit } = await send(new CreateOrganizationalUnitCommand({ Name, ParentId }));
  return OrganizationalUnit?.Id ?? '';
}

const DENY_ALL = controlPolicy({ Effect: 'Deny', Action: '*', Resource: '*' });
async function createPolicy(Name: string): Promise<string> {
  const input = { Name, Type: 'SERVICE_CONTROL_POLICY', Description: '', Content: DENY_ALL } as const;
  const { Policy } = await send(new CreatePolicyCommand(input));
  return Policy?.PolicySummary?.Id ?? '';
}

beforeAll(async () => {
  scene = await startOrganization({ ROLECALL_ORGANIZATIONS_CREATED_BY: 'first-account' });
  rootId = scene.rootId;
  member = await scene.createAccount('first');
});

describe('policies', () => {
  const attach = (PolicyId: string, TargetId: string) => send(new AttachPolicyCommand({ PolicyId, TargetId }));
  const detach = (PolicyId: string, TargetId: string) => send(new DetachPolicyCommand({ PolicyId, TargetId }));
  const attached = async (TargetId: string, Filter: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY') =>
    (await send(new ListPoliciesForTargetCommand({ TargetId, Filter }))).Policies?.map(({ Id }) => Id);

  test('[organizations] are attached only while their type is enabled, which attaches the default to everything', async () => {
    const policy = await createPolicy('early');
    expect(await refusal(attach(policy, rootId))).toEqual([
      'PolicyTypeNotEnabledException',
      'This operation can be performed only for enabled policy types.',
    ]);
    await scene.enable('SERVICE_CONTROL_POLICY');
    expect(await refusal(scene.enable('SERVICE_CONTROL_POLICY'))).toEqual([
      'PolicyTypeAlreadyEnabledException',
      'The specified policy type is already enabled.',
    ]);
    const unit = await createUnit('governed');
    for (const target of [rootId, unit, member])
      expect(await attached(target, 'SERVICE_CONTROL_POLICY')).toEqual(['p-FullAWSAccess']);
    await attach(policy, unit);
    expect(await refusal(attach(policy, unit))).toEqual([
      'DuplicatePolicyAttachmentException',
      'A policy with the specified ID is already attached to the specified target.',
    ]);
    expect((await send(new ListTargetsForPolicyCommand({ PolicyId: policy }))).Targets).toEqual([
      {
        TargetId: unit,
        Arn: `arn:aws:organizations::${ACCOUNT_ID}:ou/${scene.organizationId}/${unit}`,
        Name: 'governed',
        Type: 'ORGANIZATIONAL_UNIT',
      },
    ]);
    expect((await refusal(send(new DeletePolicyCommand({ PolicyId: policy }))))[0]).toBe('PolicyInUseException');
    await detach('p-FullAWSAccess', unit);
    expect(await refusal(detach(policy, unit))).toEqual([
      'ConstraintViolationException',
      'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
    ]);
    expect((await refusal(detach(policy, rootId)))[0]).toBe('PolicyNotAttachedException');
    for (let n = 1; n <= 9; n++) await attach(await createPolicy(`filler ${n}`), unit);
    expect((await refusal(attach('p-FullAWSAccess', unit))).slice(0, 2)).toEqual([
      'ConstraintViolationException',
      'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    ]);
    await send(new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    expect(await attached(unit, 'SERVICE_CONTROL_POLICY')).toEqual([]);
    await send(new DeletePolicyCommand({ PolicyId: policy }));
    expect(await refusal(send(new DescribePolicyCommand({ PolicyId: policy })))).toEqual([
      'PolicyNotFoundException',
      "You specified a policy that doesn't exist.",
    ]);
  });

  test('[organizations] p-RCPFullAWSAccess is attached to everything and never detached', async () => {
    await scene.enable('RESOURCE_CONTROL_POLICY');
    expect(await attached(member, 'RESOURCE_CONTROL_POLICY')).toEqual(['p-RCPFullAWSAccess']);
    expect((await refusal(detach('p-RCPFullAWSAccess', member))).slice(0, 2)).toEqual([
      'InvalidInputException',
      'NON_DETACHABLE_POLICY',
    ]);
    const { Targets = [] } = await send(new ListTargetsForPolicyCommand({ PolicyId: 'p-RCPFullAWSAccess' }));
    expect(Targets.map(({ TargetId }) => TargetId)).toEqual(expect.arrayContaining([rootId, member]));
    await send(new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: 'RESOURCE_CONTROL_POLICY' }));
    const enableElsewhere = new EnablePolicyTypeCommand({ RootId: 'r-zzzz', PolicyType: 'TAG_POLICY' });
    expect(await refusal(send(enableElsewhere))).toEqual([
      'RootNotFoundException',
      "You specified a root that doesn't exist.",
    ]);
  });

  test('[organizations] are described, renamed, rewritten, and checked', async () => {
    const policy = await createPolicy('mine');
    const { Policy } = await send(new DescribePolicyCommand({ PolicyId: policy }));
    expect(Policy).toEqual({
      PolicySummary: {
        Id: policy,
        Arn: `arn:aws:organizations::${ACCOUNT_ID}:policy/${scene.organizationId}/service_control_policy/${policy}`,
        Name: 'mine',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        AwsManaged: false,
      },
      Content: DENY_ALL,
    });
    const full = await send(new DescribePolicyCommand({ PolicyId: 'p-FullAWSAccess' }));
    expect(full.Policy?.PolicySummary).toMatchObject({
      Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      AwsManaged: true,
    });
    expect(await refusal(createPolicy('mine'))).toEqual([
      'DuplicatePolicyException',
      'A policy with the specified name and type already exists.',
    ]);
    const update = (input: object) => send(new UpdatePolicyCommand({ PolicyId: policy, ...input }));
    await update({ Name: 'yours', Description: 'changed' });
    expect((await refusal(update({ Content: '{"Version":"2012-10-17"}' })))[0]).toBe(
      'MalformedPolicyDocumentException',
    );
    expect((await refusal(update({ Content: ' '.repeat(10_241) }))).slice(0, 1)).toEqual([
      'MalformedPolicyDocumentException',
    ]);
    const long = controlPolicy({ Effect: 'Deny', Action: '*', Resource: `arn:aws:s3:::${'x'.repeat(10_240)}` });
    expect(await refusal(update({ Content: long }))).toEqual([
      'ConstraintViolationException',
      'POLICY_CONTENT_LIMIT_EXCEEDED',
      'You have exceeded the maximum policy size.',
    ]);
    expect(
      (await refusal(send(new UpdatePolicyCommand({ PolicyId: 'p-FullAWSAccess', Name: 'x' })))).slice(0, 2),
    ).toEqual(['InvalidInputException', 'IMMUTABLE_POLICY']);
    const { Policies = [] } = await send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }));
    expect(Policies.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['FullAWSAccess', 'yours']));
  });

  test.each([
    ['TAG_POLICY', '{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}', '{"plans":{}}'],
    ['AISERVICES_OPT_OUT_POLICY', '{"services":{"default":{"opt_out_policy":{"@@assign":"optOut"}}}}', '[]'],
    ['BACKUP_POLICY', '{"plans":{}}', 'no JSON'],
    ['DECLARATIVE_POLICY_EC2', '{"ec2_attributes":{}}', '{"tags":{}}'],
  ] as const)('[organizations] of type %s are stored after a check', async (Type, Content, bad) => {
    const input = { Name: 'stored', Type, Description: 'x' };
    const { Policy } = await send(new CreatePolicyCommand({ ...input, Content }));
    expect(Policy?.Content).toBe(Content);
    expect((await refusal(send(new CreatePolicyCommand({ ...input, Name: 'bad', Content: bad }))))[0]).toBe(
      'MalformedPolicyDocumentException',
    );
  });
});

describe('tags and services', () => {
  test('[organizations] roots, units, accounts and policies have tags', async () => {
    for (const ResourceId of [rootId, member, await createUnit('tagged'), await createPolicy('tagged')]) {
      await send(
        new TagResourceCommand({
          ResourceId,
          Tags: [
            { Key: 'b', Value: '1' },
            { Key: 'a', Value: '' },
          ],
        }),
      );
      await send(new UntagResourceCommand({ ResourceId, TagKeys: ['b', 'none'] }));
      expect((await send(new ListTagsForResourceCommand({ ResourceId }))).Tags).toEqual([{ Key: 'a', Value: '' }]);
    }
    const system = { ResourceId: rootId, Tags: [{ Key: 'aws:x', Value: '1' }] };
    expect((await refusal(send(new TagResourceCommand(system))))[1]).toBe('INVALID_SYSTEM_TAGS_PARAMETER');
    const twice = {
      ResourceId: rootId,
      Tags: [
        { Key: 'x', Value: '1' },
        { Key: 'x', Value: '2' },
      ],
    };
    expect((await refusal(send(new TagResourceCommand(twice))))[1]).toBe('DUPLICATE_TAG_KEY');
    expect(await refusal(send(new TagResourceCommand({ ResourceId: '999999999999', Tags: [] })))).toEqual([
      'TargetNotFoundException',
      "You specified a target that doesn't exist.",
    ]);
  });

  test('[organizations] changes made at the same moment all succeed', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `key ${n}`);
    await Promise.all(
      keys.map((Key) => send(new TagResourceCommand({ ResourceId: member, Tags: [{ Key, Value: 'x' }] }))),
    );
    const { Tags = [] } = await send(new ListTagsForResourceCommand({ ResourceId: member }));
    expect(Tags.map(({ Key }) => Key)).toEqual(expect.arrayContaining(keys));
  });

  test('[organizations] trusted services are enabled, listed and disabled', async () => {
    const ServicePrincipal = 'config.amazonaws.com';
    await send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    await send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    const list = () => send(new ListAWSServiceAccessForOrganizationCommand({}));
    expect((await list()).EnabledServicePrincipals).toEqual([{ ServicePrincipal, DateEnabled: expect.any(Date) }]);
    await send(new DisableAWSServiceAccessCommand({ ServicePrincipal }));
    expect((await list()).EnabledServicePrincipals).toEqual([]);
    expect(await refusal(send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'config' })))).toEqual([
      'InvalidInputException',
      'UNRECOGNIZED_SERVICE_PRINCIPAL',
      'You specified an unrecognized service principal.',
    ]);
  });
});

test('[organizations] the operator can let the first account alone create organizations', async () => {
  const other = scene.client(await scene.administrate(await scene.createAccount('other')));
  await other.send(new LeaveOrganizationCommand({}));
  expect(await refusal(other.send(new CreateOrganizationCommand({})))).toEqual([
    'AccessDeniedException',
    'The operator of this server lets only its first account create an organization.',
  ]);
});

import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CancelHandshakeCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeclineHandshakeCommand,
  DeleteOrganizationCommand,
  DeregisterDelegatedAdministratorCommand,
  DescribeEffectivePolicyCommand,
  DescribeHandshakeCommand,
  DescribeOrganizationCommand,
  DisableAWSServiceAccessCommand,
  EnableAllFeaturesCommand,
  InviteAccountToOrganizationCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  ListAccountsWithInvalidEffectivePolicyCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  ListEffectivePolicyValidationErrorsCommand,
  type ListEffectivePolicyValidationErrorsCommandInput,
  ListHandshakesForAccountCommand,
  ListHandshakesForOrganizationCommand,
  RegisterDelegatedAdministratorCommand,
  RemoveAccountFromOrganizationCommand,
} from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { controlPolicy, type OrganizationScene, startOrganization } from './scene.ts';

let scene: OrganizationScene;
/** The first invitation of all. */
let first: string;
let guest: string;
/** Of an administrator of the guest, who needs no role that trusts another account. */
let guestKey: Key;

beforeAll(async () => {
  scene = await startOrganization();
  guest = await scene.createAccount('guest');
  const iam = scene.server.iam(await scene.administrate(guest));
  await iam.send(new CreateUserCommand({ UserName: 'own' }));
  const PolicyDocument = controlPolicy({ Effect: 'Allow', Action: '*', Resource: '*' });
  await iam.send(new PutUserPolicyCommand({ UserName: 'own', PolicyName: 'all', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'own' }));
  guestKey = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
});

const management = () => scene.client();
const asGuest = () => scene.client(guestKey);

/** The code of a refusal, and its reason if it has one. */
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    ({ name, Reason }: { name: string; Reason?: string }) => (Reason === undefined ? name : `${name} ${Reason}`),
  );
const remove = (AccountId = guest) => management().send(new RemoveAccountFromOrganizationCommand({ AccountId }));
async function invite(Id = guest, Type: 'ACCOUNT' | 'EMAIL' | 'ORGANIZATION' = 'ACCOUNT'): Promise<string> {
  const Target = { Id, Type };
  const { Handshake } = await management().send(new InviteAccountToOrganizationCommand({ Target, Notes: 'Come in' }));
  return Handshake?.Id ?? '';
}
const accept = (HandshakeId: string, client = asGuest()) => client.send(new AcceptHandshakeCommand({ HandshakeId }));

describe('delegated administrators', () => {
  const ServicePrincipal = 'config.amazonaws.com';
  const delegated = (AccountId = guest) => ({ AccountId, ServicePrincipal });

  test('[organizations] of any service may read the organization, and stay in it', async () => {
    expect(await refusal(asGuest().send(new ListAccountsCommand({})))).toBe('AccessDeniedException');
    await management().send(new RegisterDelegatedAdministratorCommand(delegated()));
    expect(await refusal(management().send(new RegisterDelegatedAdministratorCommand(delegated())))).toBe(
      'AccountAlreadyRegisteredException',
    );
    expect(await refusal(management().send(new RegisterDelegatedAdministratorCommand(delegated(ACCOUNT_ID))))).toBe(
      'ConstraintViolationException CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
    );
    const { Accounts } = await asGuest().send(new ListAccountsCommand({}));
    expect(Accounts?.map(({ Id }) => Id)).toEqual(expect.arrayContaining([ACCOUNT_ID, guest]));
    expect(await refusal(asGuest().send(new RegisterDelegatedAdministratorCommand(delegated())))).toBe(
      'AccessDeniedException',
    );
    const { DelegatedAdministrators } = await management().send(
      new ListDelegatedAdministratorsCommand({ ServicePrincipal }),
    );
    expect(DelegatedAdministrators).toMatchObject([{ Id: guest, Status: 'ACTIVE', Email: 'guest@example.com' }]);
    const services = await management().send(new ListDelegatedServicesForAccountCommand({ AccountId: guest }));
    expect(services.DelegatedServices).toEqual([{ ServicePrincipal, DelegationEnabledDate: expect.any(Date) }]);
    expect(await refusal(remove())).toBe('ConstraintViolationException CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG');
    expect(await refusal(management().send(new DisableAWSServiceAccessCommand({ ServicePrincipal })))).toBe(
      'ConstraintViolationException DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE',
    );
    await management().send(new DeregisterDelegatedAdministratorCommand(delegated()));
    expect(await refusal(management().send(new DeregisterDelegatedAdministratorCommand(delegated())))).toBe(
      'AccountNotRegisteredException',
    );
    expect(await refusal(asGuest().send(new ListAccountsCommand({})))).toBe('AccessDeniedException');
  });
});

describe('effective policies', () => {
  test('[organizations] merge what is attached from the root down, as inheritance operators say', async () => {
    await scene.enable('TAG_POLICY');
    const add = async (Name: string, tags: object, TargetId: string) => {
      const input = { Name, Description: '', Type: 'TAG_POLICY', Content: JSON.stringify({ tags }) } as const;
      const { Policy } = await management().send(new CreatePolicyCommand(input));
      const PolicyId = Policy?.PolicySummary?.Id;
      await management().send(new AttachPolicyCommand({ PolicyId, TargetId }));
    };
    const effective = async (client = management()) => {
      const input = { PolicyType: 'TAG_POLICY', ...(client === management() && { TargetId: guest }) } as const;
      const { EffectivePolicy } = await client.send(new DescribeEffectivePolicyCommand(input));
      return JSON.parse(EffectivePolicy?.PolicyContent ?? '');
    };
    expect(await refusal(effective())).toBe('EffectivePolicyNotFoundException');
    const team = {
      tag_key: { '@@assign': 'Team', '@@operators_allowed_for_child_policies': ['@@none'] },
      tag_value: { '@@assign': ['red', 'blue'] },
    };
    await add('above', { team }, scene.rootId);
    await add(
      'below',
      {
        team: { tag_key: { '@@assign': 'TEAM' }, tag_value: { '@@append': ['green'], '@@remove': ['red'] } },
        stage: { tag_key: { '@@assign': 'Stage' } },
      },
      guest,
    );
    const expected = {
      tags: { team: { tag_key: 'Team', tag_value: ['blue', 'green'] }, stage: { tag_key: 'Stage' } },
    };
    expect(await effective()).toEqual(expected);
    expect(await effective(asGuest())).toEqual(expected);
    const other = { PolicyType: 'TAG_POLICY', TargetId: ACCOUNT_ID } as const;
    expect(await refusal(asGuest().send(new DescribeEffectivePolicyCommand(other)))).toBe('AccessDeniedException');
  });

  test('[organizations] none of an enabled type is invalid', async () => {
    const PolicyType = 'TAG_POLICY';
    const invalid = await management().send(new ListAccountsWithInvalidEffectivePolicyCommand({ PolicyType }));
    expect(invalid).toMatchObject({ Accounts: [], PolicyType });
    const errors = (input: Partial<ListEffectivePolicyValidationErrorsCommandInput> = {}) =>
      management().send(new ListEffectivePolicyValidationErrorsCommand({ AccountId: guest, PolicyType, ...input }));
    expect(await errors()).toMatchObject({
      ...{ AccountId: guest, PolicyType, EffectivePolicyValidationErrors: [] },
      Path: `${scene.organizationId}/${scene.rootId}/${guest}/`,
    });
    expect(await refusal(errors({ PolicyType: 'BACKUP_POLICY' }))).toBe('EffectivePolicyNotFoundException');
    expect(await refusal(errors({ NextToken: 'x' }))).toBe('InvalidInputException INVALID_NEXT_TOKEN');
  });
});

describe('leaving and joining', () => {
  test('[organizations] an account that leaves is limited no more, and outside of any organization', async () => {
    expect(await refusal(management().send(new LeaveOrganizationCommand({})))).toBe(
      'MasterCannotLeaveOrganizationException',
    );
    expect(await refusal(remove(ACCOUNT_ID))).toBe('MasterCannotLeaveOrganizationException');
    await asGuest().send(new LeaveOrganizationCommand({}));
    for (const Command of [DescribeOrganizationCommand, ListAccountsCommand, LeaveOrganizationCommand])
      await expect(asGuest().send(new Command({}))).rejects.toMatchObject({
        name: 'AWSOrganizationsNotInUseException',
        message: 'Your account is not a member of an organization.',
      });
    expect(await refusal(remove())).toBe('AccountNotFoundException');
  });

  test('[organizations] an invitation is an open handshake of two parties, which the invited account accepts', async () => {
    const HandshakeId = await invite();
    first = HandshakeId;
    expect(HandshakeId).toMatch(/^h-[a-z0-9]{32}$/);
    expect(await refusal(invite())).toBe('DuplicateHandshakeException');
    const { Handshakes = [] } = await asGuest().send(new ListHandshakesForAccountCommand({}));
    expect(Handshakes).toEqual([
      {
        Id: HandshakeId,
        Arn: `arn:aws:organizations::${ACCOUNT_ID}:handshake/${scene.organizationId}/invite/${HandshakeId}`,
        Parties: [
          { Id: scene.organizationId, Type: 'ORGANIZATION' },
          { Id: guest, Type: 'ACCOUNT' },
        ],
        State: 'OPEN',
        RequestedTimestamp: expect.any(Date),
        ExpirationTimestamp: expect.any(Date),
        Action: 'INVITE',
        Resources: [
          {
            Type: 'ORGANIZATION',
            Value: scene.organizationId,
            Resources: [
              { Type: 'MASTER_EMAIL', Value: 'root@localhost' },
              { Type: 'MASTER_NAME', Value: ACCOUNT_ID },
              { Type: 'ORGANIZATION_FEATURE_SET', Value: 'ALL' },
            ],
          },
          { Type: 'ACCOUNT', Value: guest },
          { Type: 'NOTES', Value: 'Come in' },
        ],
      },
    ]);
    // Only the other party can accept, and only the one that began can cancel.
    expect(await refusal(accept(HandshakeId, management()))).toBe('HandshakeNotFoundException');
    expect(await refusal(asGuest().send(new CancelHandshakeCommand({ HandshakeId })))).toBe(
      'HandshakeNotFoundException',
    );
    expect((await accept(HandshakeId)).Handshake?.State).toBe('ACCEPTED');
    expect(await refusal(accept(HandshakeId))).toBe('HandshakeAlreadyInStateException');
    const { Accounts } = await management().send(new ListAccountsCommand({}));
    expect(Accounts).toEqual(expect.arrayContaining([expect.objectContaining({ Id: guest, JoinedMethod: 'INVITED' })]));
    expect(await refusal(invite())).toBe('HandshakeConstraintViolationException ALREADY_IN_AN_ORGANIZATION');
    await remove();
  });

  test('[organizations] invitations are declined, cancelled, and expire after 15 days', async () => {
    const declined = await invite('guest@example.com', 'EMAIL');
    await asGuest().send(new DeclineHandshakeCommand({ HandshakeId: declined }));
    expect(await refusal(accept(declined))).toBe('InvalidHandshakeTransitionException');
    const cancelled = await invite();
    await management().send(new CancelHandshakeCommand({ HandshakeId: cancelled }));
    expect(await refusal(accept(cancelled))).toBe('InvalidHandshakeTransitionException');
    const states = async () => {
      const { Handshakes = [] } = await management().send(new ListHandshakesForOrganizationCommand({}));
      return new Map(Handshakes.map(({ Id, State }) => [Id, State]));
    };
    expect((await states()).get(declined)).toBe('DECLINED');
    expect((await states()).get(cancelled)).toBe('CANCELED');
    expect(await refusal(invite('o-1234567890', 'ORGANIZATION'))).toBe(
      'InvalidInputException INVALID_PARTY_TYPE_TARGET',
    );
  });

  test('[S46] an invitation does not tell whether there is such an account, or where it belongs', async () => {
    // An organization of the guest's own.
    await asGuest().send(new CreateOrganizationCommand({ FeatureSet: 'CONSOLIDATED_BILLING' }));
    expect(await refusal(asGuest().send(new EnableAllFeaturesCommand({})))).toBe('AccessDeniedException');
    expect(await refusal(management().send(new EnableAllFeaturesCommand({})))).toBe(
      'HandshakeConstraintViolationException ORGANIZATION_ALREADY_HAS_ALL_FEATURES',
    );
    const [elsewhere, nowhere] = [await invite(guest), await invite('999999999999')];
    for (const HandshakeId of [elsewhere, nowhere]) {
      const { Handshake } = await management().send(new DescribeHandshakeCommand({ HandshakeId }));
      expect(Handshake?.State).toBe('OPEN');
    }
    expect(await refusal(accept(elsewhere))).toBe('HandshakeConstraintViolationException ALREADY_IN_AN_ORGANIZATION');
    expect(await refusal(asGuest().send(new DescribeHandshakeCommand({ HandshakeId: nowhere })))).toBe(
      'HandshakeNotFoundException',
    );
    await asGuest().send(new DeleteOrganizationCommand({}));
    expect((await accept(elsewhere)).Handshake?.State).toBe('ACCEPTED');
    await remove();
  });

  test('[organizations] an organization sends at most 30 invitations a day', async () => {
    const outcomes = new Set<string>();
    for (let count = 0; count < 31; count++) {
      const sent = await invite(String(300_000_000_000 + count)).catch(({ Reason }: { Reason: string }) => Reason);
      outcomes.add(sent.startsWith('h-') ? 'sent' : sent);
      if (sent.startsWith('h-')) await management().send(new CancelHandshakeCommand({ HandshakeId: sent }));
    }
    expect([...outcomes]).toEqual(['sent', 'HANDSHAKE_RATE_LIMIT_EXCEEDED']);
    scene.advance(46 * 86_400_000);
    const HandshakeId = await invite('300000000000');
    const state = (Id: string) => refusal(management().send(new DescribeHandshakeCommand({ HandshakeId: Id })));
    expect([await state(HandshakeId), await state(first)]).toEqual(['no error', 'HandshakeNotFoundException']);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  type CreateDelegationRequestCommandInput,
  CreateRoleCommand,
  DeleteUserPolicyCommand,
  GetDelegationRequestCommand,
  GetHumanReadableSummaryCommand,
  GetUserCommand,
  ListDelegationRequestsCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  RejectDelegationRequestCommand,
  SendDelegationTokenCommand,
  UpdateDelegationRequestCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetDelegatedAccessTokenCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { delegationTemplateListShape } from '../../src/app/settings/delegation-template-settings.ts';
import { type OrganizationScene, startOrganization } from '../organizations/scene.ts';
import { allow, keyOf, makeRole, makeUser, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const READER = 'arn:aws:iam::aws:delegation-template/Reader';
/** Calls our own API, and throws what it refuses with. */
async function callRolecall(url: string, key: Key, operation: string, input: object) {
  const { status, body } = await send(url, signedJson(url, operation, input, key));
  const answer = JSON.parse(body) as Record<string, unknown>;
  if (status !== 200) throw new Error(body);
  return answer;
}

const HOUR = 3_600_000;

describe('a journey by the SDK', () => {
  const directory = temporaryDirectory();
  let scene: OrganizationScene;
  let partner: Key;
  let partnerId: string;
  let alice: Key;
  let chief: Key;
  let workflow = 0;

  beforeAll(async () => {
    const config = join(directory.path, 'rolecall.json');
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['iam:GetUser', 'iam:ListUsers'], Resource: '@{UserPattern}' },
        {
          Effect: 'Allow',
          Action: ['iam:CreateRole', 'sts:GetSessionToken', 'iam:AcceptDelegationRequest'],
          Resource: '*',
        },
      ],
    };
    const chained = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iam:GetUser', Resource: userArn('chief') },
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
      ],
    };
    const delegationTemplates = [
      { name: 'Reader', policy, parameters: [{ name: 'UserPattern', type: 'ArnList' }] },
      { name: 'Chain', policy: chained },
      { name: 'Private', account: ACCOUNT_ID, requestorName: 'Example', policy: JSON.parse(allow('iam:GetUser')) },
    ];
    writeFileSync(config, JSON.stringify({ delegationTemplates }));
    scene = await startOrganization({ ROLECALL_CONFIG: config });
    partnerId = await scene.createAccount('partner');
    partner = await scene.administrate(partnerId);
    const { server } = scene;
    alice = await makeUser(server, 'alice', allow('iam:AssociateDelegationRequest'));
    chief = await makeUser(
      server,
      'chief',
      allow(['iam:GetUser', 'iam:ListUsers', 'iam:*DelegationRequest*', 'iam:SendDelegationToken', 'rolecall:*']),
    );
    await makeRole(server, 'trusting', { trust: trust({ AWS: userArn('chief') }), policy: allow('iam:GetUser') });
  });
  afterAll(async () => {
    await scene.server.close();
    directory.remove();
  });

  const ask = (more: Partial<CreateDelegationRequestCommandInput> = {}, key = partner) =>
    scene.server.iam(key).send(
      new CreateDelegationRequestCommand({
        ...{ OwnerAccountId: ACCOUNT_ID, Description: 'Set up monitoring', SessionDuration: 7200 },
        ...{
          RequestorWorkflowId: `workflow-${workflow++}`,
          NotificationChannel: 'arn:aws:sns:eu-central-1:111122223333:t',
        },
        Permissions: {
          PolicyTemplateArn: READER,
          Parameters: [{ Name: 'UserPattern', Values: [userArn('chief')], Type: 'stringList' }],
        },
        ...more,
      }),
    );
  const asked = async (more: Partial<CreateDelegationRequestCommandInput> = {}) =>
    (await ask(more)).DelegationRequestId ?? '';
  const token = (DelegationRequestId: string, key = partner) =>
    callRolecall(scene.server.url, key, 'GetDelegationToken', { DelegationRequestId });
  const exchange = (TradeInToken: string, key = partner) =>
    scene.server.sts(key).send(new GetDelegatedAccessTokenCommand({ TradeInToken }));

  /** A request that chief has approved and sent, and its token. */
  async function approved(more: Partial<CreateDelegationRequestCommandInput> = {}) {
    const DelegationRequestId = await asked(more);
    for (const Command of [
      AssociateDelegationRequestCommand,
      AcceptDelegationRequestCommand,
      SendDelegationTokenCommand,
    ])
      await scene.server.iam(chief).send(new Command({ DelegationRequestId }));
    const { TradeInToken } = await token(DelegationRequestId);
    return { DelegationRequestId, TradeInToken: String(TradeInToken) };
  }

  test('from the request to credentials that are limited to it, and what both sides see on the way', async () => {
    const { server } = scene;
    const { DelegationRequestId = '' } = await ask({
      RequestMessage: 'Please',
      RedirectUrl: 'https://p.example/',
    });
    expect(await token(DelegationRequestId)).toEqual({ DelegationRequestId, State: 'UNASSIGNED' });
    const own = server.iam(alice);
    await own.send(new AssociateDelegationRequestCommand({ DelegationRequestId }));
    const { DelegationRequest } = await own.send(new GetDelegationRequestCommand({ DelegationRequestId }));
    expect(DelegationRequest).toMatchObject({
      ...{ DelegationRequestId, OwnerAccountId: ACCOUNT_ID, OwnerId: userArn('alice'), State: 'ASSIGNED' },
      ...{ RequestorId: partnerId, RequestorName: partnerId, SessionDuration: 7200, OnlySendByOwner: false },
      ...{ RequestMessage: 'Please', RedirectUrl: 'https://p.example/' },
    });
    const EntityArn = `arn:aws:iam::${ACCOUNT_ID}:delegation-request/${DelegationRequestId}`;
    for (const [Locale, words] of [
      ['en', '2 hours'],
      ['de_DE', '2 Stunden'],
      ['ja', '2 時間'],
    ] as const) {
      const summary = await own.send(new GetHumanReadableSummaryCommand({ EntityArn, Locale }));
      expect(summary).toMatchObject({ Locale, SummaryState: 'AVAILABLE' });
      expect(summary.SummaryContent).toContain(words);
      expect(summary.SummaryContent).toContain(`iam:GetUser, iam:ListUsers`);
    }
    expect(await own.send(new GetHumanReadableSummaryCommand({ EntityArn, Locale: 'xx' }))).toMatchObject({
      SummaryState: 'NOT_SUPPORTED',
    });
    // Owners read and forward by default; everything else takes permission.
    for (const Command of [AcceptDelegationRequestCommand, RejectDelegationRequestCommand])
      await expect(own.send(new Command({ DelegationRequestId }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await own.send(new UpdateDelegationRequestCommand({ DelegationRequestId, Notes: 'For you to decide' }));
    const listed = await own.send(new ListDelegationRequestsCommand({ OwnerId: userArn('alice') }));
    expect(listed.DelegationRequests).toMatchObject([{ State: 'PENDING_APPROVAL', Notes: 'For you to decide' }]);
    await expect(own.send(new ListDelegationRequestsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    const check = await server
      .iam(chief)
      .send(new GetDelegationRequestCommand({ DelegationRequestId, DelegationPermissionCheck: true }));
    expect(check).toMatchObject({ PermissionCheckStatus: 'COMPLETE', PermissionCheckResult: 'DENIED' });
    await server.iam(chief).send(new AcceptDelegationRequestCommand({ DelegationRequestId }));
    expect(await token(DelegationRequestId)).not.toHaveProperty('TradeInToken');
    await own.send(new SendDelegationTokenCommand({ DelegationRequestId }));
    const { TradeInToken, State } = await token(DelegationRequestId);
    expect(State).toBe('FINALIZED');
    const { Credentials, AssumedPrincipal } = await exchange(String(TradeInToken));
    expect(AssumedPrincipal).toBe(userArn('chief'));
    const delegated = keyOf(Credentials);
    expect((await server.sts(delegated).send(new GetCallerIdentityCommand({}))).Arn).toBe(userArn('chief'));
    await server.iam(delegated).send(new GetUserCommand({ UserName: 'chief' }));
    const secrets = JSON.stringify(server.events);
    for (const secret of [String(TradeInToken), delegated.secretAccessKey, String(delegated.sessionToken)])
      expect(secrets).not.toContain(secret);
    const used = server.events.find(({ eventName, actor }) => eventName === 'GetUser' && actor.delegateAccountId);
    expect(used).toMatchObject({
      accountId: ACCOUNT_ID,
      actor: { arn: userArn('chief'), delegateAccountId: partnerId },
    });
  });

  test('neither what the approver may not do, nor what the request does not grant, also not by the policy of a resource', async () => {
    const { server } = scene;
    const { TradeInToken } = await approved();
    const delegated = keyOf((await exchange(TradeInToken)).Credentials);
    // In the template, and not among the approver's permissions.
    const role = { RoleName: 'wider', AssumeRolePolicyDocument: trust({ AWS: partnerId }) };
    await expect(server.iam(delegated).send(new CreateRoleCommand(role))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    // Among the approver's, and not in the request.
    const other = server.iam(delegated).send(new GetUserCommand({ UserName: 'alice' }));
    await expect(other).rejects.toThrow('because no session policy allows the iam:GetUser action');
    // The role's trust policy names the approver, so the approver needs no other policy.
    const RoleArn = `arn:aws:iam::${ACCOUNT_ID}:role/trusting`;
    const assume = { RoleArn, RoleSessionName: 'chain' };
    await server.sts(chief).send(new AssumeRoleCommand(assume));
    await expect(server.sts(delegated).send(new AssumeRoleCommand(assume))).rejects.toThrow('no session policy allows');
    // Never, whatever the template says: access to itself, and credentials without these limits.
    await expect(server.sts(delegated).send(new GetSessionTokenCommand({}))).rejects.toThrow('delegated credentials');
    const DelegationRequestId = await asked();
    await server.iam(chief).send(new AssociateDelegationRequestCommand({ DelegationRequestId }));
    await expect(
      server.iam(delegated).send(new AcceptDelegationRequestCommand({ DelegationRequestId })),
    ).rejects.toThrow('delegated credentials');
    await expect(callRolecall(server.url, delegated, 'ListOwnApplications', {})).rejects.toThrow(
      'delegated credentials',
    );
  });

  test('role sessions opened with the credentials have the same limits, and end with them', async () => {
    const { server } = scene;
    const Permissions = { PolicyTemplateArn: 'arn:aws:iam::aws:delegation-template/Chain' };
    const { TradeInToken, DelegationRequestId } = await approved({ Permissions });
    const delegated = keyOf((await exchange(TradeInToken)).Credentials);
    const assume = { RoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/trusting`, RoleSessionName: 'chain' };
    const withCode = { ...assume, SerialNumber: 'arn:aws:iam::123456789012:mfa/chief', TokenCode: '123456' };
    await expect(server.sts(delegated).send(new AssumeRoleCommand(withCode))).rejects.toThrow(
      'cannot show an MFA code',
    );
    const role = keyOf((await server.sts(delegated).send(new AssumeRoleCommand(assume))).Credentials);
    const use = (UserName: string) => server.iam(role).send(new GetUserCommand({ UserName }));
    await use('chief');
    await expect(use('alice')).rejects.toThrow('no session policy allows');
    await callRolecall(server.url, chief, 'RevokeDelegation', { DelegationRequestId });
    await expect(use('chief')).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  test('who revokes the older sessions of the approver ends what they approved, also if it is fetched later', async () => {
    const { server } = scene;
    const { TradeInToken } = await approved();
    scene.advance(10_000);
    const cut = new Date(Date.now() + 5_000).toISOString();
    const PolicyDocument = allow('*', '*', { Condition: { DateLessThan: { 'aws:TokenIssueTime': cut } } });
    const named = { UserName: 'chief', PolicyName: 'AWSRevokeOlderSessions' };
    await server
      .iam()
      .send(new PutUserPolicyCommand({ ...named, PolicyDocument: PolicyDocument.replace('Allow', 'Deny') }));
    const delegated = keyOf((await exchange(TradeInToken)).Credentials);
    const use = server.iam(delegated).send(new GetUserCommand({ UserName: 'chief' }));
    await expect(use).rejects.toMatchObject({ name: 'AccessDenied' });
    await server.iam().send(new DeleteUserPolicyCommand(named));
  });

  test('access ends with its time, by RevokeDelegation, and with the permissions of the approver', async () => {
    const { server } = scene;
    const { TradeInToken, DelegationRequestId } = await approved({ SessionDuration: 3600 });
    const { Credentials } = await exchange(TradeInToken);
    expect(Credentials?.Expiration?.getTime()).toBeLessThanOrEqual(Date.now() + 10_000 + HOUR);
    const use = (UserName = 'chief') => server.iam(keyOf(Credentials)).send(new GetUserCommand({ UserName }));
    await use();
    const PolicyDocument = allow('iam:GetUser', '*').replace('Allow', 'Deny');
    const named = { UserName: 'chief', PolicyName: 'no' };
    await server.iam().send(new PutUserPolicyCommand({ ...named, PolicyDocument }));
    await expect(use()).rejects.toMatchObject({ name: 'AccessDenied' });
    await server.iam().send(new DeleteUserPolicyCommand(named));
    await use();
    for (const key of [partner, alice])
      await expect(callRolecall(server.url, key, 'RevokeDelegation', { DelegationRequestId })).rejects.toThrow();
    await callRolecall(server.url, chief, 'RevokeDelegation', { DelegationRequestId });
    await expect(use()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    expect(await token(DelegationRequestId)).not.toHaveProperty('TradeInToken');
    await expect(exchange(TradeInToken)).rejects.toMatchObject({ name: 'ExpiredTradeInTokenException' });

    const second = await approved();
    const held = keyOf((await exchange(second.TradeInToken)).Credentials);
    await callRolecall(server.url, server.admin, 'DisableUser', { UserName: 'chief', Reason: 'left' });
    await expect(server.iam(held).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await expect(exchange(second.TradeInToken)).rejects.toThrow('The trade-in token is not valid.');
    await callRolecall(server.url, server.admin, 'EnableUser', { UserName: 'chief' });
    // Enabling revives nothing.
    await expect(exchange(second.TradeInToken)).rejects.toThrow('The trade-in token is not valid.');
  });

  test('a token is for the account that asked, and for nobody else', async () => {
    const { TradeInToken, DelegationRequestId } = await approved();
    for (const key of [chief, alice, scene.server.admin])
      await expect(exchange(TradeInToken, key)).rejects.toMatchObject({ name: 'AccessDenied' });
    for (const wrong of ['x', `${TradeInToken}x`, TradeInToken.slice(0, -4), 'v1.a.b', '.'.repeat(5000)])
      await expect(exchange(wrong)).rejects.toThrow('The trade-in token is not valid.');
    await expect(token(DelegationRequestId, chief)).rejects.toThrow('There is no delegation request');
    expect(keyOf((await exchange(TradeInToken)).Credentials)).not.toEqual(
      keyOf((await exchange(TradeInToken)).Credentials),
    );
  });

  test('templates of other accounts, unknown ones and wildcards are refused; templates are checked at the start', async () => {
    const refused = async (more: Partial<CreateDelegationRequestCommandInput>) =>
      await expect(ask(more)).rejects.toMatchObject({ name: 'InvalidInputException' });
    await refused({ Permissions: { PolicyTemplateArn: `arn:aws:iam::${ACCOUNT_ID}:delegation-template/Private` } });
    await refused({ Permissions: { PolicyTemplateArn: `${READER}s` } });
    await refused({ NotificationChannel: 'someone' });
    for (const Values of [['*'], ['arn:aws:iam::123456789012:user/${aws:username}'], []])
      await refused({
        Permissions: { PolicyTemplateArn: READER, Parameters: [{ Name: 'UserPattern', Values, Type: 'stringList' }] },
      });
    await refused({
      Permissions: {
        PolicyTemplateArn: READER,
        Parameters: [{ Name: 'UserPattern', Values: [userArn('a'), userArn('b')], Type: 'string' }],
      },
    });
    const template = { name: 'T', policy: JSON.parse(allow('iam:GetUser')) };
    expect(() => delegationTemplateListShape.parse([template])).not.toThrow();
    for (const [more, message] of [
      [{ requestorName: 'Example' }, 'without an account'],
      [{ policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:GetUser' }] } }, 'policy:'],
      [{ policy: JSON.parse(allow('iam:GetUser', '@{Unknown}')) }, 'does not declare: Unknown'],
      [{ parameters: [{ name: 'Abc' }] }, '5 characters'],
    ] as const)
      expect(() => delegationTemplateListShape.parse([{ ...template, ...more }])).toThrow(message);
    expect(() => delegationTemplateListShape.parse([template, template])).toThrow('twice');
  });
});

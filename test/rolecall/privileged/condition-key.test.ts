import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  SimulateCustomPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { account, allow, makeRole, makeUser, refusal, roleArn, trust } from '../../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../../support/in-process-server.ts';
import { send, signedJson } from '../../support/wire.ts';

const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
/** The example of docs/step-up.md: everything in IAM, and any role, but what is privileged. */
const KEEP_AWAY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['iam:*', 'sts:AssumeRole'], Resource: '*' },
    {
      Effect: 'Deny',
      Action: ['iam:*', 'sts:AssumeRole'],
      Resource: '*',
      Condition: { Bool: { 'rolecall:ResourcePrivileged': 'true' } },
    },
  ],
});

let server: InProcessServer;
let helper: Key;
beforeAll(async () => {
  server = await startInProcess();
  helper = await makeUser(server, 'helper', KEEP_AWAY);
  const iam = server.iam();
  for (const name of ['plain', 'marked']) {
    await iam.send(new CreateGroupCommand({ GroupName: name }));
    await makeRole(server, name, { trust: trust(account), policy: allow('s3:GetObject') });
  }
  await iam.send(new CreateUserCommand({ UserName: 'bob' }));
  for (const type of ['group', 'role']) {
    const Arn = `arn:aws:iam::${ACCOUNT_ID}:${type}/marked`;
    await send(server.url, signedJson(server.url, 'SetPrivileged', { Arn, Privileged: true }, server.admin));
  }
});
afterAll(() => server.close());

const PolicyDocument = trust(account);
/** What the helper does with the group and the role of a name. */
const CALLS: readonly (readonly [string, (name: string) => Promise<unknown>])[] = [
  ['AttachGroupPolicy', (GroupName) => server.iam(helper).send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))],
  ['AttachRolePolicy', (RoleName) => server.iam(helper).send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))],
  ['AddUserToGroup', (GroupName) => server.iam(helper).send(new AddUserToGroupCommand({ GroupName, UserName: 'bob' }))],
  [
    'UpdateAssumeRolePolicy',
    (RoleName) => server.iam(helper).send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
  ],
  [
    'AssumeRole',
    (name) => server.sts(helper).send(new AssumeRoleCommand({ RoleArn: roleArn(name), RoleSessionName: 'session' })),
  ],
];

test.each(CALLS)(
  '[rolecall:ResourcePrivileged] a policy keeps %s away from what is privileged',
  async (_name, call) => {
    await expect(call('plain')).resolves.toBeDefined();
    // The policy, not the rule for privileged resources, which would only ask for a passkey.
    expect(await refusal(call('marked'))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('explicit deny'),
    });
  },
);

test('[rolecall:ResourcePrivileged] simulations take its value, and say so where it is missing', async () => {
  const iam = server.iam();
  const asked = await iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [KEEP_AWAY] }));
  expect(asked.ContextKeyNames).toEqual(['rolecall:ResourcePrivileged']);
  const simulate = async (value: string | undefined) => {
    const { EvaluationResults: [result] = [] } = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [KEEP_AWAY],
        ActionNames: ['iam:AttachRolePolicy'],
        ResourceArns: [roleArn('marked')],
        ...(value !== undefined && {
          ContextEntries: [
            {
              ContextKeyName: 'rolecall:ResourcePrivileged',
              ContextKeyType: 'boolean',
              ContextKeyValues: [value],
            },
          ],
        }),
      }),
    );
    return [result?.EvalDecision, result?.MissingContextValues];
  };
  expect(await simulate('true')).toEqual(['explicitDeny', []]);
  expect(await simulate('false')).toEqual(['allowed', []]);
  expect(await simulate(undefined)).toEqual(['allowed', ['rolecall:ResourcePrivileged']]);
});

import {
  CreateInstanceProfileCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  SimulatePrincipalPolicyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allow, makeUser, refusal, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';

let server: InProcessServer;
let alice: IAMClient;
let renamer: IAMClient;

beforeAll(async () => {
  server = await startInProcess();
  alice = server.iam(await makeUser(server, 'alice'));
  renamer = server.iam(await makeUser(server, 'renamer', allow('iam:UpdateUser', userArn('hidden/bob'))));
  await server.iam().send(new CreateUserCommand({ UserName: 'bob', Path: '/hidden/' }));
  await server.iam().send(new CreateInstanceProfileCommand({ InstanceProfileName: 'worker', Path: '/hidden/' }));
});
afterAll(() => server.close());

const POLICY = `arn:aws:iam::${ACCOUNT_ID}:policy/p`;

describe('[observed of AWS] the message of a denial names resources as the request did', () => {
  test.each<[string, string, (iam: IAMClient) => Promise<unknown>]>([
    ['iam:GetUser', 'user BOB', (iam) => iam.send(new GetUserCommand({ UserName: 'BOB' }))],
    ['iam:GetUser', 'user nobody', (iam) => iam.send(new GetUserCommand({ UserName: 'nobody' }))],
    ['iam:GetUser', userArn('alice'), (iam) => iam.send(new GetUserCommand({}))],
    ['iam:ListAccessKeys', 'user bob', (iam) => iam.send(new ListAccessKeysCommand({ UserName: 'bob' }))],
    ['iam:GetRole', 'role r', (iam) => iam.send(new GetRoleCommand({ RoleName: 'r' }))],
    ['iam:DeleteGroup', 'group g', (iam) => iam.send(new DeleteGroupCommand({ GroupName: 'g' }))],
    ['iam:GetPolicy', `policy ${POLICY}`, (iam) => iam.send(new GetPolicyCommand({ PolicyArn: POLICY }))],
    [
      'iam:GetInstanceProfile',
      'instance profile Worker',
      (iam) => iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'Worker' })),
    ],
    [
      'iam:SimulatePrincipalPolicy',
      userArn('hidden/BOB'),
      (iam) =>
        iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: userArn('hidden/BOB'), ActionNames: ['s3:X'] })),
    ],
  ])('%s on %s', async (action, called, call) => {
    const { name, message } = await refusal(call(alice));
    expect(name).toBe('AccessDenied');
    expect(message).toBe(
      `User: ${userArn('alice')} is not authorized to perform: ${action} on resource: ${called} because no identity-based policy allows the ${action} action`,
    );
  });

  test('a refused new name of a user is named in the message', async () => {
    const { message } = await refusal(renamer.send(new UpdateUserCommand({ UserName: 'bob', NewUserName: 'carol' })));
    expect(message).toContain('iam:UpdateUser on resource: user carol because');
  });
});

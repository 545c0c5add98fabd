import { CreateRoleCommand, GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { account, allow, keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from './people.ts';

let server: InProcessServer;
let alice: Key;
let secret: Key;

beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice', allow('sts:AssumeRole'));
  secret = await makeUser(server, 'secret-name');
});
afterAll(() => server.close());

test('[S46] [aws-behaviour 27] GetAccessKeyLastUsed reveals nothing of the owner to callers without permission', async () => {
  const ask = (AccessKeyId: string, key?: Key) =>
    server.iam(key).send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  const sentence = (arn: string, keyId: string) =>
    `User: ${arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${keyId}`;
  const unknown = 'AKIAAAAAAAAAAAAAAAAA';
  for (const keyId of [secret.accessKeyId, unknown]) {
    expect(await refusal(ask(keyId, alice))).toEqual({
      name: 'AccessDenied',
      message: `${sentence(userArn('alice'), keyId)} because no identity-based policy allows the iam:GetAccessKeyLastUsed action`,
    });
  }
  expect((await ask(secret.accessKeyId)).UserName).toBe('secret-name');
  expect(await refusal(ask(unknown))).toEqual({
    name: 'AccessDenied',
    message: sentence(userArn('admin'), unknown).replace('perform:', 'perform'),
  });
});

test('[S45] [aws-behaviour 32] credentials of GetSessionToken open sessions of at most an hour', async () => {
  await makeRole(server, 'long', { trust: trust(account), maxSessionDuration: 43_200 });
  const session = keyOf((await server.sts(alice).send(new GetSessionTokenCommand({}))).Credentials);
  const assume = (key: Key, DurationSeconds: number) =>
    server
      .sts(key)
      .send(new AssumeRoleCommand({ RoleArn: roleArn('long'), RoleSessionName: 'session', DurationSeconds }));
  await expect(assume(alice, 43_200)).resolves.toBeDefined();
  await expect(assume(session, 3600)).resolves.toBeDefined();
  expect(await refusal(assume(session, 3601))).toEqual({
    name: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  });
});

test('[aws-behaviour 33] service-linked roles have a reserved path; /service-role/ is free', async () => {
  const create = (RoleName: string, Path: string) =>
    server.iam().send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: trust({ AWS: ACCOUNT_ID }) }));
  for (const path of ['/aws-service-role/', '/aws-service-role/ecs.amazonaws.com/', '/AWS-Service-Role/x/']) {
    expect(await refusal(create('taken', path))).toEqual({
      name: 'InvalidInput',
      message: "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
    });
  }
  await expect(create('free', '/service-role/')).resolves.toBeDefined();
});

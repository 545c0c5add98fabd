import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { account, allow, makeRole, makeUser, refusal, roleArn, trust } from '../../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../../support/in-process-server.ts';
import { send, signedJson } from '../../support/wire.ts';

interface Answer {
  readonly status: number;
  readonly __type?: unknown;
}

let server: InProcessServer;
let alice: Key;
beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice', allow('sts:AssumeRole'));
  await makeRole(server, 'emergency', { trust: trust(account), policy: allow('*') });
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin): Promise<Answer> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}
const assume = (key: Key) =>
  server.sts(key).send(new AssumeRoleCommand({ RoleArn: roleArn('emergency'), RoleSessionName: 'session' }));
const GROUP = `arn:aws:iam::${ACCOUNT_ID}:group/admins`;

test('[S37] a privileged role is not assumed by access keys, only those who may learn why, and the mark does not come off without a factor', async () => {
  expect((await assume(alice)).Credentials).toBeDefined();
  const marked = await call('SetPrivileged', { Arn: roleArn('emergency'), Privileged: true });
  expect(marked).toMatchObject({ status: 200, Arn: roleArn('emergency'), Privileged: true });
  expect(await call('ListPrivileged', {})).toMatchObject({ Arns: [roleArn('emergency')] });
  const refused = await refusal(assume(alice));
  expect(refused).toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('is privileged: sign in again'),
  });
  const stranger = await makeUser(server, 'stranger', allow('iam:GetUser'));
  await call('SetPrivileged', { Arn: roleArn('emergency'), Privileged: true }, stranger);
  const unmarked = await call('SetPrivileged', { Arn: roleArn('emergency'), Privileged: false });
  expect(unmarked).toMatchObject({ status: 400, message: expect.stringContaining('is privileged') });
  expect(server.events.filter(({ eventName }) => eventName === 'SetPrivileged').at(-1)).toMatchObject({
    errorCode: 'AccessDenied',
    request: { Arn: roleArn('emergency'), Privileged: false },
  });
});

test('nobody is added to a privileged group by access keys; leaving it needs no factor', async () => {
  const admin = server.iam();
  await admin.send(new CreateGroupCommand({ GroupName: 'admins' }));
  await admin.send(new CreateUserCommand({ UserName: 'bob' }));
  const member = { GroupName: 'admins', UserName: 'bob' };
  await admin.send(new AddUserToGroupCommand(member));
  expect((await call('SetPrivileged', { Arn: GROUP, Privileged: true })).status).toBe(200);
  await admin.send(new RemoveUserFromGroupCommand(member));
  expect((await refusal(admin.send(new AddUserToGroupCommand(member)))).message).toContain(
    'group admins is privileged',
  );
  const missing = await call('SetPrivileged', { Arn: `${GROUP}x`, Privileged: true });
  expect(missing.__type).toContain('NoSuchRoleOrGroupException');
});

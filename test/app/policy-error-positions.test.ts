import {
  CreatePolicyCommand,
  CreateRoleCommand,
  type IAMClient,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { account, allow, makeRole, makeUser, refusal, roleArn, trust } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';

const BROKEN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "x", "Resource": "*"}}';
const PLACE = ' (line 1, column 70, Statement.Action)';
const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

describe.each([
  ['true', PLACE],
  ['false', ''],
])('ROLECALL_POLICY_ERROR_POSITIONS=%s', (value, place) => {
  let server: InProcessServer;
  let iam: IAMClient;
  let alice: Key;
  beforeAll(async () => {
    server = await startInProcess({ ROLECALL_POLICY_ERROR_POSITIONS: value });
    iam = server.iam();
    alice = await makeUser(server, 'alice', allow('sts:AssumeRole'));
    await makeRole(server, 'worker', { trust: trust(account) });
  });
  afterAll(() => server.close());

  test('saved policies', async () => {
    const message = VENDOR + place;
    const managed = iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: BROKEN }));
    expect(await refusal(managed)).toEqual({ name: 'MalformedPolicyDocument', message });
    const inline = iam.send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'p', PolicyDocument: BROKEN }));
    expect(await refusal(inline)).toEqual({ name: 'MalformedPolicyDocument', message });
  });

  test('trust policies, session policies and simulations', async () => {
    const role = iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: '{"Statement": []}' }));
    const empty = `Could not parse the policy: Statement is empty!${place && ' (line 1, column 15, Statement)'}`;
    expect((await refusal(role)).message).toBe(empty);
    const session = { RoleArn: roleArn('worker'), RoleSessionName: 'session', Policy: BROKEN };
    expect((await refusal(server.sts(alice).send(new AssumeRoleCommand(session)))).message).toBe(VENDOR + place);
    const simulation = { PolicyInputList: [BROKEN], ActionNames: ['s3:GetObject'] };
    expect((await refusal(iam.send(new SimulateCustomPolicyCommand(simulation)))).message).toBe(
      `PolicyInputList.1: ${VENDOR}${place}`,
    );
  });

  test('messages that quote the value are the same', async () => {
    const PolicyDocument = BROKEN.replace('"x"', '"a b:c"');
    const { message } = await refusal(iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument })));
    expect(message).toBe('Vendor a b is not valid');
  });
});

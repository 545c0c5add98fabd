// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetUserCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';

const OWN_USER = `arn:aws:iam::${ACCOUNT_ID}:user/\${aws:username}`;
const KEYS_OF_OTHERS = { Sid: 'OwnKeysOnly', Effect: 'Deny', Action: 'iam:CreateAccessKey', NotResource: OWN_USER };
const OTHER_TEAMS = {
  Sid: 'OwnTeamOnly',
  Effect: 'Deny',
  Action: 'iam:GetUser',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
};
const allButDenied = (deny: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, deny] });

let server: InProcessServer;
let alice: Key;
let session: Key;

beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice', allButDenied(KEYS_OF_OTHERS));
  await server.iam().send(new CreateUserCommand({ UserName: 'bob', Tags: [{ Key: 'team', Value: 'blue' }] }));
  await makeRole(server, 'worker', { trust: trust({ AWS: userArn('alice') }), policy: allButDenied(KEYS_OF_OTHERS) });
  const assume = new AssumeRoleCommand({ RoleArn: roleArn('worker'), RoleSessionName: 'session' });
  session = keyOf((await server.sts(alice).send(assume)).Credentials);
});
afterAll(() => server.close());

const makeKey = (key: Key, UserName: string) => server.iam(key).send(new CreateAccessKeyCommand({ UserName }));
const getBob = () => server.iam(alice).send(new GetUserCommand({ UserName: 'bob' }));

describe('[S44] a Deny with a variable that has no value', () => {
  test('in NotResource exempts nobody: a role session has no aws:username, and may not create keys for a user', async () => {
    for (const name of ['alice', 'bob']) {
      const { name: code, message } = await refusal(makeKey(session, name));
      expect(code).toBe('AccessDenied');
      expect(message).toContain('with an explicit deny in an identity-based policy');
    }
    expect((await refusal(makeKey(alice, 'bob'))).name).toBe('AccessDenied');
    expect((await makeKey(alice, 'alice')).AccessKey?.UserName).toBe('alice');
  });

  test('in a negated condition denies untagged callers, and still admits the right team', async () => {
    const PolicyDocument = allButDenied(OTHER_TEAMS);
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }));
    expect((await refusal(getBob())).message).toContain('with an explicit deny in an identity-based policy');
    const tag = (Value: string) =>
      server.iam().send(new TagUserCommand({ UserName: 'alice', Tags: [{ Key: 'team', Value }] }));
    await tag('red');
    expect((await refusal(getBob())).message).toContain('with an explicit deny in an identity-based policy');
    await tag('blue');
    expect((await getBob()).User?.UserName).toBe('bob');
  });
});

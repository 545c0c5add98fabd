import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf, trust } from '../support/iam-under-test.ts';
import { policy } from './simulate.ts';

let iam: IamUnderTest;
const key = (name: string) => policy({ Condition: { StringLike: { [name]: '*' } } });

beforeAll(async () => {
  iam = await openIam();
  const { Policy } = await iam.call('CreatePolicy', { PolicyName: 'bound', PolicyDocument: key('a:OfBoundary') });
  await iam.call('CreateUser', { UserName: 'alice', PermissionsBoundary: Policy.Arn });
  await iam.call('CreateGroup', { GroupName: 'ops' });
  await iam.call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust() });
  await iam.call('AddUserToGroup', { UserName: 'alice', GroupName: 'ops' });
  await iam.call('PutUserPolicy', { UserName: 'alice', PolicyName: 'p', PolicyDocument: key('a:OfUser') });
  await iam.call('PutGroupPolicy', { GroupName: 'ops', PolicyName: 'p', PolicyDocument: key('a:OfGroup') });
  await iam.call('PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument: key('a:OfRole') });
});
afterAll(() => iam.close());

describe('the condition keys that policies use', () => {
  test('[GetContextKeysForCustomPolicy] of conditions and variables, each once, as first written', async () => {
    const PolicyInputList = [
      policy({
        Resource: 'arn:aws:s3:::b/${aws:username}/${*}',
        Condition: {
          StringEquals: { 'aws:PrincipalTag/Team': '${aws:PrincipalTag/Other}' },
          Bool: { 'AWS:UserName': 'true' },
        },
      }),
      key('AWS:principaltag/TEAM'),
      key('aws:SourceIp'),
    ];
    expect(await iam.call('GetContextKeysForCustomPolicy', { PolicyInputList })).toEqual({
      ContextKeyNames: ['aws:username', 'aws:PrincipalTag/Team', 'aws:PrincipalTag/Other', 'aws:SourceIp'],
    });
    expect(await iam.call('GetContextKeysForCustomPolicy', { PolicyInputList: [] })).toEqual({ ContextKeyNames: [] });
  });

  test('[InvalidInput] an unreadable policy', async () => {
    const refusal = await refusalOf(iam.call('GetContextKeysForCustomPolicy', { PolicyInputList: [policy(), '{'] }));
    expect([refusal.code, refusal.message]).toEqual(['InvalidInput', expect.stringMatching(/^PolicyInputList\.2: /)]);
  });

  test.each([
    ['user/alice', ['a:OfUser', 'a:OfGroup', 'a:OfBoundary']],
    ['group/ops', ['a:OfGroup']],
    ['role/worker', ['a:OfRole']],
  ])('[GetContextKeysForPrincipalPolicy] of %s', async (name, keys) => {
    const PolicySourceArn = `arn:aws:iam::${ACCOUNT_ID}:${name}`;
    const call = (more: object = {}) => iam.call('GetContextKeysForPrincipalPolicy', { PolicySourceArn, ...more });
    expect(await call()).toEqual({ ContextKeyNames: keys });
    const PolicyInputList = [key('A:ofgroup'), key('a:Further')];
    expect((await call({ PolicyInputList })).ContextKeyNames).toEqual(expect.arrayContaining([...keys, 'a:Further']));
  });
});

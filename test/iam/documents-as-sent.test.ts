import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, allow, type IamUnderTest, openIam, refusalOf, trust } from './support/iam-under-test.ts';

let iam: IamUnderTest;
beforeAll(async () => {
  iam = await openIam();
  for (const UserName of ['zoe', 'ann', 'mia']) await iam.call('CreateUser', { UserName });
  await iam.call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust() });
});
afterAll(() => iam.close());

const arn = (name: string): string => `arn:aws:iam::${ACCOUNT_ID}:${name}`;

describe('trust policies', () => {
  test('[hashicorp/terraform-provider-aws#20665] return their principals in the order sent, every time', async () => {
    const principal = {
      AWS: [arn('user/zoe'), arn('root'), arn('user/ann'), arn('role/worker'), '999988887777', arn('user/mia')],
      Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'],
    };
    const AssumeRolePolicyDocument = trust(principal);
    await iam.call('CreateRole', { RoleName: 'ordered', AssumeRolePolicyDocument });
    const read = async () => {
      const { Role } = await iam.call('GetRole', { RoleName: 'ordered' });
      return decodeURIComponent(Role.AssumeRolePolicyDocument);
    };
    expect(await read()).toBe(AssumeRolePolicyDocument);
    // the order is the sender's, not that of names or ids
    const turned = trust({ Service: [...principal.Service].reverse(), AWS: [...principal.AWS].reverse() });
    await iam.call('UpdateAssumeRolePolicy', { RoleName: 'ordered', PolicyDocument: turned });
    expect([await read(), await read()]).toEqual([turned, turned]);
  });

  test('[hashicorp/terraform-provider-aws#12436] an ARN that does not exist is refused with the message that tools expect', async () => {
    const AssumeRolePolicyDocument = trust({ AWS: [arn('user/ann'), arn('user/nobody')] });
    expect(await refusalOf(iam.call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument }))).toEqual({
      code: 'MalformedPolicyDocument',
      status: 400,
      message: `Invalid principal in policy: "AWS":"${arn('user/nobody')}"`,
    });
    await iam.call('CreateUser', { UserName: 'nobody' });
    await iam.call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
  });
});

describe('[getmoto/moto#8157] percent-encoded documents are refused, not decoded', () => {
  test('a trust policy', async () => {
    const AssumeRolePolicyDocument = encodeURIComponent(trust());
    expect(await refusalOf(iam.call('CreateRole', { RoleName: 'e', AssumeRolePolicyDocument }))).toMatchObject({
      code: 'MalformedPolicyDocument',
      message: 'This policy contains invalid Json',
    });
  });

  test('a managed and an inline policy', async () => {
    const PolicyDocument = encodeURIComponent(allow('s3:Get*'));
    const refusal = {
      code: 'MalformedPolicyDocument',
      message: expect.stringMatching(/^Syntax errors in policy\./),
    };
    const named = { PolicyName: 'p', PolicyDocument };
    expect(await refusalOf(iam.call('CreatePolicy', named))).toMatchObject(refusal);
    expect(await refusalOf(iam.call('PutUserPolicy', { UserName: 'zoe', ...named }))).toMatchObject(refusal);
  });
});

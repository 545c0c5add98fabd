import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { policySize } from '../../src/policy/document/policy-size.ts';
import { allow, allPages, type IamUnderTest, openIam, refusalOf } from './support/iam-under-test.ts';
import { KINDS, make } from './support/kinds.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

describe.each(KINDS)('inline policies of a $type', (row) => {
  const { kind, type, member, inlineSize } = row;
  const put = (PolicyName: string, PolicyDocument: string, name = 'holder') =>
    iam.call(`Put${kind}Policy`, { [member]: name, PolicyName, PolicyDocument });
  const get = (PolicyName: string) => iam.call(`Get${kind}Policy`, { [member]: 'holder', PolicyName });

  beforeAll(async () => {
    await make(iam, row, 'Holder');
  });

  test('[aws-behaviour 14] the text is returned as it was put, URL-encoded exactly once', async () => {
    const text =
      '{ "Version":"2012-10-17",\n "Statement":[{"Resource":"arn:aws:s3:::a%20b/(*)\'!", "Action":"s3:Get*", "Effect":"Allow"}]}';
    expect(await put('Read', text)).toEqual({});
    const answer = await get('READ');
    expect(answer).toEqual({ [member]: 'Holder', PolicyName: 'Read', PolicyDocument: expect.any(String) });
    expect(answer.PolicyDocument).toMatch(/^[A-Za-z0-9\-._~%]+$/);
    expect(decodeURIComponent(answer.PolicyDocument)).toBe(text);
  });

  test('a policy of the same name, in any case, replaces the other', async () => {
    await put('reaD', allow('s3:Put*'));
    expect(decodeURIComponent((await get('read')).PolicyDocument)).toBe(allow('s3:Put*'));
    const { PolicyNames } = await iam.call(`List${kind}Policies`, { [member]: 'holder' });
    expect(PolicyNames).toEqual(['reaD']);
  });

  test('[aws-behaviour 15] names are listed sorted, in pages', async () => {
    for (const name of ['Zeta', 'alpha', 'Beta']) await put(name, allow('s3:*'));
    const input = { [member]: 'holder', MaxItems: 2 };
    const pages = await allPages(iam, { operation: `List${kind}Policies`, input, member: 'PolicyNames' });
    expect(pages).toEqual([
      ['alpha', 'Beta'],
      ['reaD', 'Zeta'],
    ]);
  });

  test('deleting, in any case', async () => {
    expect(await iam.call(`Delete${kind}Policy`, { [member]: 'holder', PolicyName: 'ZETA' })).toEqual({});
    const missing = {
      code: 'NoSuchEntity',
      status: 404,
      message: `The ${type} policy with name zeta cannot be found.`,
    };
    expect(await refusalOf(get('zeta'))).toEqual(missing);
    const again = iam.call(`Delete${kind}Policy`, { [member]: 'holder', PolicyName: 'zeta' });
    expect(await refusalOf(again)).toEqual(missing);
  });

  test(`all together have at most ${inlineSize} characters, not counting white space`, async () => {
    await make(iam, row, 'sized');
    const half = inlineSize / 2;
    const ofSize = (size: number) => allow('s3:*', size - policySize(allow('s3:*', 1)) + 1);
    await put('one', `${ofSize(half)}${' '.repeat(500)}`, 'sized');
    await put('two', ofSize(half), 'sized');
    await put('two', ofSize(half), 'sized');
    expect(await refusalOf(put('two', ofSize(half + 1), 'sized'))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: `Maximum policy size of ${inlineSize} bytes exceeded for ${type} sized`,
    });
  });

  test('a malformed document is refused, but a missing entity is reported first', async () => {
    expect((await refusalOf(put('bad', '{'))).code).toBe('MalformedPolicyDocument');
    expect(await refusalOf(put('bad', '{', 'nobody'))).toMatchObject({
      code: 'NoSuchEntity',
      message: `The ${type} with name nobody cannot be found.`,
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_ID,
  allPages,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
} from './support/iam-under-test.ts';
import { KINDS, make, PRINCIPALS } from './support/kinds.ts';
import { makePolicy } from './support/make-policy.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  await makePolicy(iam, { name: 'Own', path: '/team/' });
  await makePolicy(iam, { name: 'theirs', accountId: OTHER_ACCOUNT_ID });
  for (let index = 0; index < 10; index++) await makePolicy(iam, { name: `many${index}` });
});
afterAll(() => iam.close());

const OWN = `arn:aws:iam::${ACCOUNT_ID}:policy/team/Own`;

/** What every operation that takes a policy's ARN refuses. */
const BAD_ARNS = [
  ['what is no ARN', 'not-an-arn-but-long-enough', 'ValidationError', 'Invalid ARN:  Could not be parsed!'],
  [
    'an ARN of something else',
    `arn:aws:iam::${ACCOUNT_ID}:role/some-role`,
    'InvalidInput',
    `ARN arn:aws:iam::${ACCOUNT_ID}:role/some-role is not valid.`,
  ],
] as const;
const MISSING_ARNS = [
  ['a policy that does not exist', `arn:aws:iam::${ACCOUNT_ID}:policy/nothing`],
  ['an AWS managed policy that does not exist', 'arn:aws:iam::aws:policy/Nothing'],
  ['[S46] another account’s policy', `arn:aws:iam::${OTHER_ACCOUNT_ID}:policy/theirs`],
] as const;

describe.each(KINDS)('managed policies on a $type', (row) => {
  const { kind, type, member } = row;
  const attach = (PolicyArn: string, name = 'holder') => iam.call(`Attach${kind}Policy`, { [member]: name, PolicyArn });
  const detach = (PolicyArn: string, name = 'holder') => iam.call(`Detach${kind}Policy`, { [member]: name, PolicyArn });
  const list = `ListAttached${kind}Policies`;

  beforeAll(async () => {
    await make(iam, row, 'Holder');
  });

  test('attaching is idempotent; listed by name, filtered by path', async () => {
    for (const arn of [READ_ONLY, OWN, OWN]) expect(await attach(arn)).toEqual({});
    const input = { [member]: 'HOLDER', MaxItems: 1 };
    expect(await allPages(iam, { operation: list, input, member: 'AttachedPolicies' })).toEqual([
      [{ PolicyName: 'Own', PolicyArn: OWN }],
      [{ PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY }],
    ]);
    expect(await iam.call(list, { [member]: 'holder', PathPrefix: '/team/' })).toEqual({
      AttachedPolicies: [{ PolicyName: 'Own', PolicyArn: OWN }],
      IsTruncated: false,
    });
  });

  test('detached; detaching a policy that is not attached fails', async () => {
    expect(await detach(OWN)).toEqual({});
    expect(await refusalOf(detach(OWN))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: `Policy ${OWN} was not found.`,
    });
  });

  test.each(BAD_ARNS)('[aws-behaviour 4] refuses %s', async (_what, arn, code, message) => {
    expect(await refusalOf(attach(arn))).toEqual({ code, status: 400, message });
    expect(await refusalOf(detach(arn))).toEqual({ code, status: 400, message });
  });

  test.each(MISSING_ARNS)('[aws-behaviour 24] does not attach %s', async (_what, arn) => {
    expect(await refusalOf(attach(arn))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: `Policy ${arn} does not exist or is not attachable.`,
    });
  });

  test(`[aws-behaviour 13] at most ten`, async () => {
    await make(iam, row, 'laden');
    for (let index = 0; index < 10; index++) await attach(`arn:aws:iam::${ACCOUNT_ID}:policy/many${index}`, 'laden');
    expect(await refusalOf(attach(READ_ONLY, 'laden'))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: `Cannot exceed quota for PoliciesPer${kind}: 10`,
    });
    expect(await attach(`arn:aws:iam::${ACCOUNT_ID}:policy/many3`, 'laden')).toEqual({});
  });

  test('on a missing entity', async () => {
    const message = `The ${type} with name nobody cannot be found.`;
    expect((await refusalOf(attach(READ_ONLY, 'nobody'))).message).toBe(message);
    expect((await refusalOf(detach(READ_ONLY, 'nobody'))).message).toBe(message);
    expect((await refusalOf(iam.call(list, { [member]: 'nobody' }))).message).toBe(message);
  });

  test('a policy deleted and recreated under its ARN applies only when attached again', async () => {
    const name = `again-${type}`;
    const { arn } = await makePolicy(iam, { name });
    await attach(arn);
    const { items } = await iam.deps.store.managedPolicies.find('byArn', [arn]);
    await iam.deps.store.managedPolicies.remove([ACCOUNT_ID, items[0]?.policyId ?? '']);
    await makePolicy(iam, { name });
    await attach(arn);
    const { AttachedPolicies } = await iam.call(list, { [member]: 'holder' });
    expect(AttachedPolicies.filter((each: { PolicyArn: string }) => each.PolicyArn === arn)).toHaveLength(1);
  });
});

describe.each(PRINCIPALS)('the permissions boundary of a $type', (row) => {
  const { kind, type, member } = row;
  const put = (arn: string) =>
    iam.call(`Put${kind}PermissionsBoundary`, { [member]: 'bounded', PermissionsBoundary: arn });
  const shown = async () => (await iam.call(`Get${kind}`, { [member]: 'bounded' }))[kind].PermissionsBoundary;

  beforeAll(async () => {
    await make(iam, row, 'bounded');
  });

  test('[aws-behaviour 10] is set, replaced and removed', async () => {
    expect(await put(READ_ONLY)).toEqual({});
    expect(await put(OWN)).toEqual({});
    expect(await shown()).toEqual({ PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: OWN });
    expect(await iam.call(`Delete${kind}PermissionsBoundary`, { [member]: 'bounded' })).toEqual({});
    expect(await shown()).toBeUndefined();
  });

  test.each(BAD_ARNS)('is not %s', async (_what, arn, code, message) => {
    expect(await refusalOf(put(arn))).toEqual({ code, status: 400, message });
  });

  test.each(MISSING_ARNS)('[aws-behaviour 24] is not %s', async (_what, arn) => {
    const message = `Scope ARN: ${arn} does not exist or is not attachable.`;
    expect(await refusalOf(put(arn))).toEqual({ code: 'NoSuchEntity', status: 404, message });
    expect(await shown()).toBeUndefined();
  });

  test.each(MISSING_ARNS)('[aws-behaviour 24] is not %s from the start', async (_what, arn) => {
    const message = `Scope ARN: ${arn} does not exist or is not attachable.`;
    const refused = await refusalOf(make(iam, row, 'bounded-from-the-start', { PermissionsBoundary: arn }));
    expect(refused).toEqual({ code: 'NoSuchEntity', status: 404, message });
  });

  test('of a missing entity', async () => {
    const call = iam.call(`Delete${kind}PermissionsBoundary`, { [member]: 'nobody' });
    expect((await refusalOf(call)).message).toBe(`The ${type} with name nobody cannot be found.`);
  });
});

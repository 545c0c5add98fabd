import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allPages, type IamUnderTest, openIam, refusalOf } from './support/iam-under-test.ts';
import { make, PRINCIPALS } from './support/kinds.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

const tags = (...pairs: (readonly [string, string])[]) => pairs.map(([Key, Value]) => ({ Key, Value }));
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));

describe.each(PRINCIPALS)('tags of a $type', (row) => {
  const { kind, type, member } = row;
  const put = (Tags: object[], name = 'tagged') => iam.call(`Tag${kind}`, { [member]: name, Tags });
  const list = async (further: object = {}) => iam.call(`List${kind}Tags`, { [member]: 'tagged', ...further });

  beforeAll(async () => {
    await make(iam, row, 'Tagged');
  });

  test('none at first, then sorted by key', async () => {
    expect(await list()).toEqual({ Tags: [], IsTruncated: false });
    expect(await put(tags(['team', 'storage'], ['empty', ''], ['env', 'prod']))).toEqual({});
    expect((await list()).Tags).toEqual(tags(['empty', ''], ['env', 'prod'], ['team', 'storage']));
  });

  test('an existing key, in any case, is overwritten', async () => {
    await put(tags(['TEAM', 'compute']));
    expect((await list()).Tags).toEqual(tags(['TEAM', 'compute'], ['empty', ''], ['env', 'prod']));
    expect((await iam.call(`Get${kind}`, { [member]: 'tagged' }))[kind].Tags).toHaveLength(3);
  });

  test('pages', async () => {
    const input = { [member]: 'tagged', MaxItems: 2 };
    const pages = await allPages(iam, { operation: `List${kind}Tags`, input, member: 'Tags' });
    expect(pages).toEqual([tags(['TEAM', 'compute'], ['empty', '']), tags(['env', 'prod'])]);
  });

  test('removed in any case; a missing key does not matter', async () => {
    expect(await iam.call(`Untag${kind}`, { [member]: 'tagged', TagKeys: ['ENV', 'team', 'never'] })).toEqual({});
    expect((await list()).Tags).toEqual(tags(['empty', '']));
  });

  const duplicate = {
    code: 'InvalidInput',
    status: 400,
    message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  };
  const reserved = {
    code: 'InvalidInput',
    status: 400,
    message: 'Caller is an end user and not allowed to mutate system tags',
  };
  test.each([
    [tags(['a', '1'], ['A', '2']), duplicate],
    [tags(['aws:mine', '1']), reserved],
    [tags(['AWS:mine', '1']), reserved],
  ])('refuses %j, also at creation', async (Tags, refusal) => {
    expect(await refusalOf(put(Tags))).toEqual(refusal);
    expect(await refusalOf(make(iam, row, 'never', { Tags }))).toEqual(refusal);
    expect((await refusalOf(iam.call(`Get${kind}`, { [member]: 'never' }))).code).toBe('NoSuchEntity');
  });

  test('at most fifty; existing ones may still be overwritten', async () => {
    await make(iam, row, 'laden', { Tags: many(50) });
    expect(await put(tags(['K7', 'again']), 'laden')).toEqual({});
    expect(await refusalOf(put(tags(['more', '']), 'laden'))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'The number of tags has reached the maximum limit.',
    });
  });

  test('of a missing entity', async () => {
    const message = `The ${type} with name nobody cannot be found.`;
    expect((await refusalOf(put([], 'nobody'))).message).toBe(message);
    expect((await refusalOf(iam.call(`Untag${kind}`, { [member]: 'nobody', TagKeys: ['a'] }))).message).toBe(message);
    expect((await refusalOf(iam.call(`List${kind}Tags`, { [member]: 'nobody' }))).message).toBe(message);
  });
});

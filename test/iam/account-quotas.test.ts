import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type IamUnderTest, OTHER_ACCOUNT_ID, openIam, refusalOf, rootOf } from './support/iam-under-test.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

test('[aws-behaviour 13] each account has at most 300 groups', async () => {
  await Promise.all(Array.from({ length: 300 }, (_, index) => iam.call('CreateGroup', { GroupName: `g${index}` })));
  expect(await refusalOf(iam.call('CreateGroup', { GroupName: 'more' }))).toEqual({
    code: 'LimitExceeded',
    status: 409,
    message: 'Cannot exceed quota for GroupsPerAccount: 300',
  });
  await iam.call('CreateGroup', { GroupName: 'more' }, rootOf(OTHER_ACCOUNT_ID));
  await iam.call('DeleteGroup', { GroupName: 'g0' });
  await iam.call('CreateGroup', { GroupName: 'more' });
});

test('a list without MaxItems ends after 100', async () => {
  const first = await iam.call('ListGroups');
  expect(first.Groups).toHaveLength(100);
  expect(first.IsTruncated).toBe(true);
  const filtered = await iam.call('ListGroups', { PathPrefix: '/' });
  expect(filtered.Groups).toEqual(first.Groups);
});

test('a path prefix that few items match still finds all of them', async () => {
  const GroupName = (index: number) => `far${String(index).padStart(3, '0')}`;
  const caller = rootOf(OTHER_ACCOUNT_ID);
  const Path = (index: number) => (index >= 195 && index <= 205 ? '/few/' : '/many/');
  const indexes = Array.from({ length: 290 }, (_, index) => index);
  await Promise.all(
    indexes.map((index) => iam.call('CreateGroup', { GroupName: GroupName(index), Path: Path(index) }, caller)),
  );
  const found: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.call('ListGroups', { PathPrefix: '/few/', MaxItems: 3, Marker }, caller);
    found.push(...page.Groups.map((group: { GroupName: string }) => group.GroupName));
    Marker = page.Marker;
  } while (Marker !== undefined);
  expect(found).toEqual(indexes.filter((index) => Path(index) === '/few/').map(GroupName));
});

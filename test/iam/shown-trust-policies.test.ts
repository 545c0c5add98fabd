import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type IamUnderTest, openIam, trust } from './support/iam-under-test.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

const arn = (resource: string): string => `arn:aws:iam::${ACCOUNT_ID}:${resource}`;
const decoded = (text: string): string => decodeURIComponent(text);
const makeRole = (RoleName: string, document: string) =>
  iam.call('CreateRole', { RoleName, AssumeRolePolicyDocument: document });
const shown = async (RoleName: string): Promise<string> =>
  decoded((await iam.call('GetRole', { RoleName })).Role.AssumeRolePolicyDocument);

test('[aws-behaviour 19] a deleted trusted user is shown by unique id', async () => {
  const { User } = await iam.call('CreateUser', { UserName: 'leaver' });
  await makeRole('for-leaver', trust({ AWS: arn('user/leaver') }));
  expect(await shown('for-leaver')).toBe(trust({ AWS: arn('user/leaver') }));
  await iam.call('DeleteUser', { UserName: 'leaver' });
  expect(await shown('for-leaver')).toBe(trust({ AWS: User.UserId }));
  await iam.call('CreateUser', { UserName: 'leaver' });
  expect(await shown('for-leaver')).toBe(trust({ AWS: User.UserId }));
});

test('[aws-behaviour 19] a renamed trusted user is shown by the new ARN', async () => {
  await iam.call('CreateUser', { UserName: 'bride' });
  await makeRole('for-bride', trust({ AWS: [arn('user/bride'), ACCOUNT_ID] }));
  await iam.call('UpdateUser', { UserName: 'bride', NewUserName: 'wife', NewPath: '/house/' });
  expect(await shown('for-bride')).toBe(trust({ AWS: [arn('user/house/wife'), ACCOUNT_ID] }));
});

test('[aws-behaviour 19] a user saved by unique id is shown by the ARN', async () => {
  const { User } = await iam.call('CreateUser', { UserName: 'by-id' });
  const { Role } = await makeRole('itself', trust());
  const answer = await makeRole('for-ids', trust({ AWS: [User.UserId, Role.RoleId] }));
  const expected = trust({ AWS: [arn('user/by-id'), arn('role/itself')] });
  expect(decoded(answer.Role.AssumeRolePolicyDocument)).toBe(expected);
  expect(await shown('for-ids')).toBe(expected);
});

test('the rest of the text is unchanged, including escapes and white space', async () => {
  await iam.call('CreateUser', { UserName: 'spaced' });
  const text = `{ "Version" : "2012-10-17",\n "Statement": [ {"Sid":"a\\u0062", "Effect":"Allow",
    "Principal": {"AWS": [ "arn:aws:iam::${ACCOUNT_ID}:user/sp\\u0061ced" , "*" ], "Service":"ec2.amazonaws.com"},
    "Action":"sts:AssumeRole"} ] }`;
  await makeRole('spacing', text);
  expect(await shown('spacing')).toBe(text);
  await iam.call('UpdateUser', { UserName: 'spaced', NewUserName: 'further' });
  expect(await shown('spacing')).toBe(text.replace('sp\\u0061ced', 'further'));
});

test('every operation that returns a trust policy shows it this way', async () => {
  await iam.call('CreateUser', { UserName: 'everywhere' });
  const { Role } = await makeRole('shown-everywhere', trust({ AWS: arn('user/everywhere') }));
  await iam.call('CreateInstanceProfile', { InstanceProfileName: 'profile' });
  await iam.call('AddRoleToInstanceProfile', { InstanceProfileName: 'profile', RoleName: 'shown-everywhere' });
  await iam.call('UpdateUser', { UserName: 'everywhere', NewUserName: 'anywhere' });
  const expected = trust({ AWS: arn('user/anywhere') });
  const isIt = ({ RoleId }: { RoleId: string }) => RoleId === Role.RoleId;
  const roleName = { RoleName: 'shown-everywhere' };
  const details = (await iam.call('GetAccountAuthorizationDetails', { Filter: ['Role'] })).RoleDetailList.find(isIt);
  const shownBy = [
    (await iam.call('GetRole', roleName)).Role,
    (await iam.call('ListRoles')).Roles.find(isIt),
    (await iam.call('UpdateRoleDescription', { ...roleName, Description: 'x' })).Role,
    (await iam.call('GetInstanceProfile', { InstanceProfileName: 'profile' })).InstanceProfile.Roles[0],
    (await iam.call('ListInstanceProfiles')).InstanceProfiles[0].Roles[0],
    (await iam.call('ListInstanceProfilesForRole', roleName)).InstanceProfiles[0].Roles[0],
    details,
    details.InstanceProfileList[0].Roles[0],
  ];
  for (const role of shownBy) expect(decoded(role.AssumeRolePolicyDocument)).toBe(expected);
});

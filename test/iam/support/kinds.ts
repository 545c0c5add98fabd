import { type IamUnderTest, trust } from './iam-under-test.ts';

/** Users, groups and roles, for tests of what they share. */
export const KINDS = [
  { kind: 'User', type: 'user', member: 'UserName', inlineSize: 2048 },
  { kind: 'Group', type: 'group', member: 'GroupName', inlineSize: 5120 },
  { kind: 'Role', type: 'role', member: 'RoleName', inlineSize: 10240 },
] as const;

/** Users and roles alone. */
export const PRINCIPALS = [KINDS[0], KINDS[2]] as const;

export type Kind = (typeof KINDS)[number];

/** Makes a user, group or role. */
export async function make(iam: IamUnderTest, { kind, member }: Kind, name: string, further: object = {}) {
  const document = kind === 'Role' ? { AssumeRolePolicyDocument: trust() } : {};
  return (await iam.call(`Create${kind}`, { [member]: name, ...document, ...further }))[kind];
}

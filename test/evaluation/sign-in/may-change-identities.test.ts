import { expect, test } from '@jest/globals';
import { ROOT_TASKS } from '../../../src/evaluation/sign-in/identity-changes.ts';
import { mayChangeIdentities } from '../../../src/evaluation/sign-in/may-change-identities.ts';
import { userSubject } from '../../../src/evaluation/sign-in/policy-subject.ts';
import type { User } from '../../../src/identity/documents/user.ts';

const user = {
  accountId: '123456789012',
  userId: 'AIDAEXAMPLE',
  userName: 'ada',
  path: '/staff/',
  tags: [{ key: 'team', value: 'blue' }],
} as unknown as User;
const OTHERS = 'arn:aws:iam::123456789012:user/*';
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: unknown, Resource: unknown, more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const deny = (Action: unknown, Resource: unknown, more = {}) => ({ Effect: 'Deny', Action, Resource, ...more });

test.each<[string, readonly object[], boolean]>([
  ['everything', [allow('*', '*')], true],
  ['IAM', [allow('iam:*', '*')], true],
  [
    'everything but people',
    [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'rolecall:*'], Resource: '*' }],
    false,
  ],
  ['everything but IAM, so links of outside logins', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], true],
  ['the outside logins of others', [allow('rolecall:CreateLink', '*')], true],
  [
    'their own outside logins',
    [allow('rolecall:*Link', ['arn:aws:rolecall::*:connector/*', 'arn:aws:iam::*:user/${aws:username}'])],
    false,
  ],
  ['reading', [allow(['iam:Get*', 'iam:List*'], '*')], false],
  ['the access keys of others', [allow('iam:CreateAccessKey', OTHERS)], true],
  ['the passwords of users below a path', [allow('iam:UpdateLoginProfile', 'arn:aws:iam::*:user/guests/*')], true],
  ['the passwords of a team', [allow('iam:UpdateLoginProfile', `${OTHERS}/\${aws:PrincipalTag/team}/*`)], true],
  ['their own access keys', [allow('iam:*AccessKey*', 'arn:aws:iam::*:user/${aws:username}')], false],
  ['users whose names begin like their own', [allow('iam:*AccessKey*', 'arn:aws:iam::*:user/${aws:username}*')], true],
  ['users below a path of their name', [allow('iam:*AccessKey*', 'arn:aws:iam::*:user/${aws:username}/*')], true],
  ['users of any type of their name', [allow('iam:*AccessKey*', 'arn:aws:iam::*:*/${aws:username}')], true],
  ['their own user below a fixed path', [allow('iam:*AccessKey*', 'arn:aws:iam::*:user/staff/${aws:UserName}')], false],
  ['their own device', [allow('iam:DeactivateMFADevice', 'arn:aws:iam::*:mfa/${aws:username}')], false],
  ['SAML providers', [allow('iam:UpdateSAMLProvider', 'arn:aws:iam::*:saml-provider/*')], true],
  ['a new SAML provider', [allow('iam:CreateSAMLProvider', '*')], true],
  ['OIDC providers', [allow('iam:*OpenIDConnectProvider*', '*')], true],
  ['which providers there are', [allow(['iam:ListSAMLProviders', 'iam:GetOpenIDConnectProvider'], '*')], false],
  ['the trust of a role', [allow('iam:UpdateAssumeRolePolicy', 'arn:aws:iam::*:role/admin')], true],
  ['the boundary of a role', [allow('iam:DeleteRolePermissionsBoundary', '*')], true],
  ['central root access', [allow('iam:EnableOrganizationsRoot*', '*')], true],
  [
    'who administers a service for the organization',
    [allow('organizations:RegisterDelegatedAdministrator', '*')],
    true,
  ],
  [
    'the organization of the account',
    [allow('organizations:AcceptHandshake', 'arn:aws:organizations::*:handshake/*')],
    true,
  ],
  ['invitations to it, but only to decline them', [allow('organizations:DeclineHandshake', '*')], false],
  ['invitations', [allow(['rolecall:InviteUser'], '*')], true],
  ['their own access keys by ARN', [allow('iam:*AccessKey*', 'arn:aws:iam::123456789012:user/staff/ada')], false],
  ['their own rights', [allow('iam:*', 'arn:aws:iam::123456789012:user/staff/ada')], true],
  [
    'their own policies by the variable',
    [allow('iam:PutUserPolicy', 'arn:aws:iam::*:user/staff/${aws:username}')],
    true,
  ],
  [
    'the policies of a user without a path of their name',
    [allow('iam:PutUserPolicy', 'arn:aws:iam::*:user/${aws:username}')],
    false,
  ],
  [
    'with a second factor only',
    [allow('iam:*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
    true,
  ],
  [
    'from the office only',
    [allow('iam:*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })],
    true,
  ],
  ['roles', [allow('iam:PutRolePolicy', '*')], true],
  ['everything, denied for people', [allow('*', '*'), deny(['iam:*', 'organizations:*', 'rolecall:*'], '*')], false],
  [
    'everything, denied without a second factor',
    [allow('*', '*'), deny('*', '*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } })],
    true,
  ],
])('[S26] who may change %s', (_what, statements, expected) => {
  expect(mayChangeIdentities(userSubject(user), { identity: [policy(...statements)], boundary: undefined })).toBe(
    expected,
  );
});

test('[S26] a boundary counts', () => {
  const identity = [policy(allow('*', '*'))];
  expect(mayChangeIdentities(userSubject(user), { identity, boundary: policy(allow('s3:*', '*')) })).toBe(false);
  expect(mayChangeIdentities(userSubject(user), { identity, boundary: policy(allow('*', '*')) })).toBe(true);
  expect(mayChangeIdentities(userSubject(user), { identity, boundary: 'missing' })).toBe(false);
});

const OF_MEMBER = 'arn:aws:iam::210987654321:root';
test.each<[string, readonly object[], boolean]>([
  ['one member', [allow('sts:AssumeRoot', OF_MEMBER)], true],
  ['all members', [allow('sts:*', 'arn:aws:iam::*:root')], true],
  ['members by the beginning of their id', [allow('sts:AssumeRoot', 'arn:aws:iam::21*:root')], true],
  ['members by the end of their id', [allow('sts:AssumeRoot', 'arn:aws:iam::*21:root')], true],
  ['members by a pattern', [allow('sts:AssumeRoot', 'arn:*:iam::2109876543??:*')], true],
  ['all but their own account', [allow('*', '*'), deny('sts:*', 'arn:aws:iam::123456789012:root')], true],
  ['none', [allow('*', '*'), deny('sts:AssumeRoot', '*')], false],
  ['none: roles', [allow('sts:*', 'arn:aws:iam::*:role/*')], false],
])('[S26] who may do tasks as the root users of %s', (_what, statements, expected) => {
  const texts = { identity: [policy(...statements)], boundary: undefined };
  expect(mayChangeIdentities(userSubject(user), texts, ROOT_TASKS)).toBe(expected);
});

test('[S26] tasks as root users count only where they can be done', () => {
  const texts = { identity: [policy(allow('sts:*', '*'))], boundary: undefined };
  expect(mayChangeIdentities(userSubject(user), texts)).toBe(false);
});

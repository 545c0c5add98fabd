import { expect, test } from '@jest/globals';
import { IDENTITY_CHANGES } from '../../../src/evaluation/sign-in/identity-changes.ts';
import { mayChangeIdentities } from '../../../src/evaluation/sign-in/may-change-identities.ts';
import { userSubject } from '../../../src/evaluation/sign-in/policy-subject.ts';
import { iamOperations } from '../../../src/iam/iam-operations.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import type { AnyOperation } from '../../../src/operations/operation.ts';
import { organizationsOperations } from '../../../src/organizations/organizations-operations.ts';
import { rolecallOperations } from '../../../src/rolecall/rolecall-operations.ts';
import { stsOperations } from '../../../src/sts/sts-operations.ts';

/**
 * What changes something and yet makes nobody an administrator, with the reason. A new operation belongs here or in IDENTITY_CHANGES: ask
 * whether a caller who may do nothing else could use it to act as somebody else, to get or give rights, or to weaken what protects others.
 */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  'is about the caller alone, who proves the old password': ['iam:ChangePassword'],
  'takes something away, and nothing that denies': [
    'iam:DeleteAccessKey',
    'iam:DeleteLoginProfile',
    'iam:DeleteUser',
    'iam:DeleteGroup',
    'iam:DeleteRole',
    'iam:DeleteServiceLinkedRole',
    'iam:DeletePolicy',
    'iam:DeletePolicyVersion',
    'iam:DeleteSAMLProvider',
    'iam:DeleteOpenIDConnectProvider',
    'iam:RemoveClientIDFromOpenIDConnectProvider',
    'iam:DeleteInstanceProfile',
    'iam:RemoveRoleFromInstanceProfile',
    'iam:DeleteSSHPublicKey',
    'iam:DeleteSigningCertificate',
    'iam:DeleteServerCertificate',
    'iam:DeleteServiceSpecificCredential',
    'iam:DisableOrganizationsRootCredentialsManagement',
    'iam:DisableOrganizationsRootSessions',
    'organizations:DeleteOrganization',
    'organizations:DeleteOrganizationalUnit',
    'organizations:DeletePolicy',
    'rolecall:DeleteApplication',
    'rolecall:UnassignApplication',
    'rolecall:DeleteConnector',
    'rolecall:DeleteLink',
    'rolecall:RevokeInvitation',
    'rolecall:DeleteInitialAccessToken',
  ],
  'ends sign-ins or users': [
    'rolecall:DisableUser',
    'rolecall:OffboardUser',
    'rolecall:EndUserSessions',
    'rolecall:EndConnectorSessions',
    'organizations:CloseAccount',
  ],
  'gives people back what they had, by their own credentials': ['rolecall:EnableUser', 'rolecall:SetUserEndDate'],
  'has no rights and lets nobody in until something else that counts': [
    'iam:CreateGroup',
    'iam:CreateRole',
    'iam:CreatePolicy',
    'iam:CreateInstanceProfile',
    'iam:CreateVirtualMFADevice',
    'organizations:EnableAllFeatures',
    'iam:DeleteVirtualMFADevice',
    'organizations:CreateAccount',
    'organizations:CreateOrganization',
    'organizations:CreateOrganizationalUnit',
    'organizations:CreatePolicy',
    'organizations:EnablePolicyType',
    'organizations:InviteAccountToOrganization',
  ],
  'gives a service, and nobody else, what AWS or the operator decided': ['iam:CreateServiceLinkedRole'],
  'needs iam:AttachRolePolicy or iam:PutRolePolicy, which count': ['iam:AcquireRole'],
  'gives another account, for hours, some of what the approver may do, and no privileged role': [
    'iam:CreateDelegationRequest',
    'iam:AssociateDelegationRequest',
    'iam:UpdateDelegationRequest',
    'iam:AcceptDelegationRequest',
    'iam:RejectDelegationRequest',
    'iam:SendDelegationToken',
    'rolecall:RevokeDelegation',
  ],
  'needs iam:PassRole, which counts': ['iam:AddRoleToInstanceProfile'],
  'opens nothing here': [
    'iam:PutAccountProperties',
    'iam:EnableOutboundWebIdentityFederation',
    'iam:DisableOutboundWebIdentityFederation',
    'iam:UploadSSHPublicKey',
    'iam:UpdateSSHPublicKey',
    'iam:UploadSigningCertificate',
    'iam:UpdateSigningCertificate',
    'iam:UploadServerCertificate',
    'iam:UpdateServerCertificate',
    'iam:CreateServiceSpecificCredential',
    'iam:UpdateServiceSpecificCredential',
    'iam:ResetServiceSpecificCredential',
  ],
  'decides at most who may manage the resource itself': [
    'iam:TagInstanceProfile',
    'iam:UntagInstanceProfile',
    'iam:TagMFADevice',
    'iam:UntagMFADevice',
    'iam:TagOpenIDConnectProvider',
    'iam:UntagOpenIDConnectProvider',
    'iam:TagSAMLProvider',
    'iam:UntagSAMLProvider',
    'iam:TagServerCertificate',
    'iam:UntagServerCertificate',
    'iam:TagPolicy',
    'iam:UntagPolicy',
    'organizations:TagResource',
    'organizations:UntagResource',
    'rolecall:TagResource',
    'rolecall:UntagResource',
  ],
  'is only descriptive, or a limit of time': [
    'iam:UpdateRole',
    'iam:UpdateRoleDescription',
    'organizations:UpdateOrganizationalUnit',
  ],
  'changes names and looks of pages': [
    'iam:CreateAccountAlias',
    'iam:DeleteAccountAlias',
    'rolecall:PutAccountBranding',
    'rolecall:DeleteAccountBranding',
  ],
  'decides how many there may be': ['rolecall:SetQuota'],
  'has no effect here': [
    'iam:SetSecurityTokenServicePreferences',
    'organizations:EnableAWSServiceAccess',
    'organizations:DisableAWSServiceAccess',
    'organizations:CancelHandshake',
    'organizations:DeclineHandshake',
  ],
  'limits others, or lets them read': ['organizations:DeregisterDelegatedAdministrator'],
  'only shortens sessions': ['rolecall:SetSessionLimits'],
  'does what the connector says already': ['rolecall:StartSync'],
};

const actionsOf = (service: string, operations: readonly AnyOperation[]): readonly string[] =>
  operations.filter(({ readOnly }) => !readOnly).map(({ schema }) => `${service}:${schema[2]}`);
// The descriptors are only read, never called, so their dependencies are not needed.
const CHANGING = [
  ...actionsOf('iam', iamOperations({} as never)),
  ...actionsOf('sts', stsOperations({} as never)),
  ...actionsOf('organizations', organizationsOperations({} as never)),
  ...actionsOf('rolecall', rolecallOperations({} as never) as never),
].sort();
const counted = new Set(IDENTITY_CHANGES.flatMap(({ actions }) => actions));
const harmless = Object.values(HARMLESS).flat();

test('[S26] every operation that changes something either makes an administrator, or has a reason why not', () => {
  expect(CHANGING.length).toBeGreaterThan(100);
  expect([...counted].filter((action) => harmless.includes(action))).toEqual([]);
  expect(CHANGING.filter((action) => !counted.has(action) && !harmless.includes(action))).toEqual([]);
});

test('[S26] both lists name actions that exist', () => {
  // A permission without an operation of its own.
  const known = new Set([...CHANGING, 'iam:PassRole']);
  expect([...counted, ...harmless].filter((action) => !known.has(action))).toEqual([]);
  expect(new Set(harmless).size).toBe(harmless.length);
});

const user = {
  accountId: '123456789012',
  userId: 'AIDAEXAMPLE',
  userName: 'ada',
  path: '/',
  tags: [],
} as unknown as User;
const mayWith = (Action: string | readonly string[]): boolean =>
  mayChangeIdentities(userSubject(user), {
    identity: [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })],
    boundary: undefined,
  });

test.each([...counted])('[S26] a user who may %s alone is an administrator', (action) => {
  expect(mayWith(action)).toBe(true);
});

test('[S26] a user who may do all the rest is none', () => {
  expect(mayWith(harmless)).toBe(false);
});

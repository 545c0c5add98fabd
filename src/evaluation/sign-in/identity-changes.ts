import { iamArn, rootArn } from '../../kernel/arn.ts';

/** Actions on resources of one kind, each of which lets a caller act as, or decide about, other identities. */
export interface IdentityChanges {
  readonly service: 'iam' | 'organizations' | 'rolecall';
  /** The part of the ARN before the name. Absent: see `only`. */
  readonly type?: string;
  /** Whether the same on oneself makes nobody an administrator. Giving oneself rights does. */
  readonly sparesOneself?: true;
  /** The only resource of the kind, in the ARN's last part. */
  readonly only?: string;
  readonly actions: readonly string[];
}

/**
 * What makes a caller an administrator (SECURITY S26), by the resource that it is about: becoming another person, giving or lifting limits of
 * what people may do, deciding whom a role, a provider or an app believes, and weakening what protects other people's sign-ins. A test
 * classifies every operation that changes something.
 */
export const IDENTITY_CHANGES: readonly IdentityChanges[] = [
  {
    service: 'iam',
    type: 'user',
    sparesOneself: true,
    actions: [
      'iam:CreateUser',
      'iam:CreateAccessKey',
      'iam:UpdateAccessKey',
      'iam:CreateLoginProfile',
      'iam:UpdateLoginProfile',
      'iam:EnableMFADevice',
      'iam:DeactivateMFADevice',
      'iam:ResyncMFADevice',
      'rolecall:CreateLink',
      'rolecall:InviteUser',
      'rolecall:ResendInvitation',
    ],
  },
  {
    service: 'iam',
    type: 'user',
    actions: [
      'iam:AttachUserPolicy',
      'iam:PutUserPolicy',
      // What is taken away may have denied something.
      'iam:DetachUserPolicy',
      'iam:DeleteUserPolicy',
      'iam:PutUserPermissionsBoundary',
      'iam:DeleteUserPermissionsBoundary',
      // Policies grant by tags, and apps know people by the tag `email`.
      'iam:TagUser',
      'iam:UntagUser',
      // And by `${aws:username}`.
      'iam:UpdateUser',
      // Apps know people by their claims, and trust policies may compare them.
      'rolecall:PutUserProfile',
      'rolecall:DeleteUserProfile',
    ],
  },
  {
    service: 'iam',
    type: 'group',
    actions: [
      'iam:AddUserToGroup',
      'iam:RemoveUserFromGroup',
      'iam:AttachGroupPolicy',
      'iam:DetachGroupPolicy',
      'iam:PutGroupPolicy',
      'iam:DeleteGroupPolicy',
      // The rules of connectors give groups by name.
      'iam:UpdateGroup',
      'rolecall:SetPrivileged',
    ],
  },
  {
    service: 'iam',
    type: 'role',
    actions: [
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:PutRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:UpdateAssumeRolePolicy',
      'iam:PutRolePermissionsBoundary',
      'iam:DeleteRolePermissionsBoundary',
      'iam:TagRole',
      'iam:UntagRole',
      // Who runs the service that a role is passed to acts as the role.
      'iam:PassRole',
      'rolecall:SetPrivileged',
    ],
  },
  // Who is believed decides who assumes the roles that trust a provider.
  { service: 'iam', type: 'saml-provider', actions: ['iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider'] },
  {
    service: 'iam',
    type: 'oidc-provider',
    actions: [
      'iam:CreateOpenIDConnectProvider',
      'iam:AddClientIDToOpenIDConnectProvider',
      'iam:UpdateOpenIDConnectProviderThumbprint',
    ],
  },
  { service: 'iam', type: 'policy', actions: ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'] },
  // The connector says who a person is.
  { service: 'rolecall', type: 'connector', actions: ['rolecall:CreateConnector', 'rolecall:UpdateConnector'] },
  // Where an app gets its logins sent, by which key, and who may use it: tokens and assertions of others go there.
  {
    service: 'rolecall',
    type: 'application',
    actions: [
      'rolecall:CreateApplication',
      'rolecall:UpdateApplication',
      'rolecall:RotateApplicationSecret',
      'rolecall:AssignApplication',
      'rolecall:AdoptApplication',
    ],
  },
  // Who holds such a token registers applications.
  { service: 'rolecall', type: 'initial-access-token', actions: ['rolecall:CreateInitialAccessToken'] },
  // What protects the sign-ins of all others.
  {
    // What is denied at some hours, or on some days, may be allowed in another time zone.
    service: 'rolecall',
    only: 'account-settings',
    actions: ['rolecall:PutAccountSettings'],
  },
  {
    service: 'rolecall',
    only: 'sign-in-policy',
    actions: ['rolecall:PutSignInPolicy', 'rolecall:DeleteSignInPolicy'],
  },
  {
    service: 'rolecall',
    only: 'credential-policy',
    actions: ['rolecall:PutCredentialPolicy', 'rolecall:DeleteCredentialPolicy'],
  },
  {
    service: 'rolecall',
    only: 'passkey-policy',
    actions: ['rolecall:PutPasskeyPolicy', 'rolecall:DeletePasskeyPolicy'],
  },
  // What limits everyone in other accounts. Attaching a policy may allow, and detaching one may end what denied.
  {
    service: 'organizations',
    type: 'policy',
    actions: ['organizations:AttachPolicy', 'organizations:DetachPolicy', 'organizations:UpdatePolicy'],
  },
  { service: 'organizations', type: 'root', actions: ['organizations:DisablePolicyType'] },
  {
    service: 'organizations',
    type: 'account',
    actions: [
      'organizations:MoveAccount',
      'organizations:RemoveAccountFromOrganization',
      // Makes administrators of those who may call `sts:AssumeRoot` there: see ROOT_TASKS.
      'organizations:RegisterDelegatedAdministrator',
    ],
  },
  { service: 'organizations', only: '*', actions: ['organizations:LeaveOrganization'] },
  // Lets the administrators of another organization limit everyone in the account, and do tasks as its root user.
  { service: 'organizations', type: 'handshake', actions: ['organizations:AcceptHandshake'] },
  { service: 'iam', only: '*', actions: ['iam:UpdateAccountPasswordPolicy', 'iam:DeleteAccountPasswordPolicy'] },
  // Likewise makes administrators of others.
  {
    service: 'iam',
    only: '*',
    actions: ['iam:EnableOrganizationsRootCredentialsManagement', 'iam:EnableOrganizationsRootSessions'],
  },
];

/**
 * Tasks as the root users of other accounts: removing their credentials and the factors of their sign-ins. They make an administrator only
 * of a caller in an account that may do them (`administersRoots`). Elsewhere `sts:*`, which many people have, gives nothing of the kind.
 */
export const ROOT_TASKS: readonly IdentityChanges[] = [{ service: 'iam', only: 'root', actions: ['sts:AssumeRoot'] }];

/** Stands for whatever a wildcard or variable could be. */
const ANY = 'someone-else';
const WILDCARD = /[*?]/;
const ACCOUNT_ID_LENGTH = 12;
/** An account id that is never assigned. */
const SOME_ACCOUNT = '000000000000';

/**
 * Resources of a kind that a pattern of a policy may be about: some name, the name that the pattern spells out, and one that ends like the
 * pattern. The engine decides on them, so one too many does no harm.
 * @param pattern without variables.
 */
export function probesOf(
  { service, type, only }: IdentityChanges,
  accountId: string,
  pattern: string,
): readonly string[] {
  if (only === '*') return ['*'];
  if (only === 'root') return rootProbes(accountId, pattern);
  if (type === undefined) return [`arn:aws:${service}::${accountId}:${only}`];
  const named = (name: string): string =>
    service === 'iam' ? iamArn(accountId, type, '/', name) : `arn:aws:${service}::${accountId}:${type}/${name}`;
  const any = [named(ANY)];
  const ending = pattern.split(WILDCARD).at(-1) ?? '';
  if (ending !== '' && ending !== pattern) any.push(named(`${ANY}${ending}`));
  const [head = '', ...name] = pattern.split(':').slice(5).join(':').split('/');
  if (name.length > 0 && (head === type || WILDCARD.test(head))) any.push(named(name.join('/').replace(/[*?]/g, ANY)));
  return any;
}

/** Root users of other accounts: of some account, of the caller's own, and of one whose id fits the pattern. */
function rootProbes(accountId: string, pattern: string): readonly string[] {
  const fitting = pattern
    .split(':')
    .filter((part) => /^[\d*?]*\d[\d*?]*$/.test(part))
    .map((part) => {
      const [head = '', ...rest] = part.replaceAll('?', '0').split('*');
      const tail = rest.join('');
      return `${head.padEnd(ACCOUNT_ID_LENGTH - tail.length, '0')}${tail}`;
    });
  return [SOME_ACCOUNT, accountId, ...fitting].map(rootArn);
}

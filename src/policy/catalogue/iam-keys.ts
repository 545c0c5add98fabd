import { ARN, type ConditionKey, NUMERIC, STRING, STRINGS } from './condition-key.ts';

const NO_FIDO = 'EnableMFADevice takes codes only, no security keys';

/** The condition keys of IAM, as the Service Authorization Reference lists them. */
export const IAM_KEYS = [
  {
    name: 'iam:AWSServiceName',
    ...STRING,
    origin: 'operation',
    presence: 'CreateServiceLinkedRole; PutAccountProperties that enables the role manager',
  },
  {
    name: 'iam:AccountPropertyNamespaces',
    ...STRINGS,
    origin: 'operation',
    presence: 'GetAccountProperties and PutAccountProperties',
  },
  {
    name: 'iam:RoleTemplateARN',
    ...ARN,
    origin: 'operation',
    presence:
      'AcquireRole: for `iam:CreateRole`, `iam:AttachRolePolicy`, `iam:PutRolePolicy`, `iam:TagRole` and `iam:GetRole`',
  },
  {
    name: 'iam:PassedToService',
    ...STRING,
    origin: 'operation',
    presence: '`iam:PassRole`, which AddRoleToInstanceProfile needs: `ec2.amazonaws.com`',
  },
  {
    name: 'iam:PermissionsBoundary',
    ...ARN,
    origin: 'operation',
    presence:
      'CreateUser and CreateRole, Put…PermissionsBoundary: the boundary asked for; what else changes a user’s or role’s policies or a role: the one that it has',
  },
  {
    name: 'iam:DelegationDuration',
    ...STRING,
    origin: 'operation',
    presence: 'CreateDelegationRequest: `SessionDuration` in seconds',
  },
  {
    name: 'iam:DelegationRequestOwner',
    ...ARN,
    origin: 'operation',
    presence:
      'the operations on a delegation request that has an owner, and `rolecall:RevokeDelegation`; ListDelegationRequests with `OwnerId`',
  },
  { name: 'iam:NotificationChannel', ...STRING, origin: 'operation', presence: 'CreateDelegationRequest' },
  { name: 'iam:TemplateArn', ...ARN, origin: 'operation', presence: 'CreateDelegationRequest' },
  { name: 'iam:PolicyARN', ...ARN, origin: 'operation', presence: 'Attach…Policy and Detach…Policy' },
  {
    name: 'iam:ResourceTag/*',
    ...STRING,
    origin: 'resource',
    presence: 'as `aws:ResourceTag/*`, for users and roles and AssumeRole…',
  },
  {
    name: 'iam:ServiceSpecificCredentialAgeDays',
    ...NUMERIC,
    origin: 'operation',
    presence: 'CreateServiceSpecificCredential, if the credential is to expire',
  },
  {
    name: 'iam:ServiceSpecificCredentialServiceName',
    ...STRING,
    origin: 'operation',
    presence: 'CreateServiceSpecificCredential',
  },
  { name: 'iam:AssociatedResourceArn', ...ARN, origin: 'none', presence: 'no role is passed for a resource' },
  { name: 'iam:FIDO-FIPS-140-2-certification', ...STRING, origin: 'none', presence: NO_FIDO },
  { name: 'iam:FIDO-FIPS-140-3-certification', ...STRING, origin: 'none', presence: NO_FIDO },
  { name: 'iam:FIDO-certification', ...STRING, origin: 'none', presence: NO_FIDO },
  {
    name: 'iam:OrganizationsPolicyId',
    ...STRING,
    origin: 'operation',
    presence: 'GenerateOrganizationsAccessReport, if it names a policy',
  },
  { name: 'iam:RegisterSecurityKey', ...STRING, origin: 'none', presence: NO_FIDO },
] as const satisfies readonly ConditionKey[];

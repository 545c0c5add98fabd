import { ARN, type ConditionKey, NUMERIC, STRING, STRINGS } from './condition-key.ts';

const NO_OPERATION = 'the operations that it belongs to are not here';
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
  { name: 'iam:DelegationDuration', ...STRING, origin: 'none', presence: NO_OPERATION },
  { name: 'iam:DelegationRequestOwner', ...ARN, origin: 'none', presence: NO_OPERATION },
  { name: 'iam:FIDO-FIPS-140-2-certification', ...STRING, origin: 'none', presence: NO_FIDO },
  { name: 'iam:FIDO-FIPS-140-3-certification', ...STRING, origin: 'none', presence: NO_FIDO },
  { name: 'iam:FIDO-certification', ...STRING, origin: 'none', presence: NO_FIDO },
  { name: 'iam:NotificationChannel', ...STRING, origin: 'none', presence: NO_OPERATION },
  {
    name: 'iam:OrganizationsPolicyId',
    ...STRING,
    origin: 'operation',
    presence: 'GenerateOrganizationsAccessReport, if it names a policy',
  },
  { name: 'iam:RegisterSecurityKey', ...STRING, origin: 'none', presence: NO_FIDO },
  { name: 'iam:TemplateArn', ...ARN, origin: 'none', presence: NO_OPERATION },
] as const satisfies readonly ConditionKey[];

import { foldName } from '../documents/entity.ts';
import type { ManagedPolicy } from '../documents/managed-policy.ts';
import { AWS_POLICY_TEXTS } from './aws-policy-texts.ts';

/** The account field in the ARNs of AWS managed policies, which belong to no single account. */
export const AWS_ACCOUNT = 'aws';

interface CatalogueRow {
  readonly name: string;
  /** Default `/`. */
  readonly path?: string;
  readonly id: string;
  readonly version: number;
  readonly created: string;
  readonly updated: string;
  readonly description?: string;
  readonly statements: readonly object[];
}

const ADMINISTRATOR_ROW: CatalogueRow = {
  name: 'AdministratorAccess',
  id: 'ANPAIWMBCKSKIEE64ZLYK',
  version: 1,
  created: '2015-02-06T18:39:46Z',
  updated: '2015-02-06T18:39:46Z',
  description: 'Provides full access to AWS services and resources.',
  statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/**
 * The AWS managed policies about the services of this server; the others are in `aws-policy-texts.ts`. Names, ids, dates and grants are
 * AWS's. Two policies (ReadOnlyAccess, SecurityAudit) list actions of hundreds of services; they contain only the part that exists here.
 * Of the service `rolecall`, which AWS lacks, those two allow what only reads. PowerUserAccess allows none of it, because who
 * administers connectors and apps administers people.
 */
const CATALOGUE: readonly CatalogueRow[] = [
  {
    name: 'IAMFullAccess',
    id: 'ANPAI7XKCFMBPM3QQRRVQ',
    version: 2,
    created: '2015-02-06T18:40:38Z',
    updated: '2019-06-21T19:40:00Z',
    description: 'Provides full access to IAM via the AWS Management Console.',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'iam:*',
          'organizations:DescribeAccount',
          'organizations:DescribeOrganization',
          'organizations:DescribeOrganizationalUnit',
          'organizations:DescribePolicy',
          'organizations:ListChildren',
          'organizations:ListParents',
          'organizations:ListPoliciesForTarget',
          'organizations:ListRoots',
          'organizations:ListPolicies',
          'organizations:ListTargetsForPolicy',
        ],
        Resource: '*',
      },
    ],
  },
  {
    name: 'IAMReadOnlyAccess',
    id: 'ANPAJKSO7NDY4T57MWDSQ',
    version: 4,
    created: '2015-02-06T18:40:39Z',
    updated: '2018-01-25T19:11:27Z',
    description: 'Provides read only access to IAM via the AWS Management Console.',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'iam:GenerateCredentialReport',
          'iam:GenerateServiceLastAccessedDetails',
          'iam:Get*',
          'iam:List*',
          'iam:SimulateCustomPolicy',
          'iam:SimulatePrincipalPolicy',
        ],
        Resource: '*',
      },
    ],
  },
  {
    name: 'IAMUserChangePassword',
    id: 'ANPAJ4L4MM2A7QIEB56MS',
    version: 5,
    created: '2016-11-15T00:25:16Z',
    updated: '2026-02-12T17:58:57Z',
    description: 'Provides the ability for an IAM user to change their own password.',
    statements: [
      {
        Effect: 'Allow',
        Action: ['iam:ChangePassword'],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, put in when the policy is evaluated
        Resource: ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/*/${aws:username}'],
      },
      { Effect: 'Allow', Action: ['iam:GetAccountPasswordPolicy'], Resource: '*' },
    ],
  },
  {
    name: 'PowerUserAccess',
    id: 'ANPAJYRXTHIB4FOVS3ZXS',
    version: 12,
    created: '2015-02-06T18:39:47Z',
    updated: '2026-02-12T17:59:14Z',
    description:
      'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    statements: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*', 'rolecall:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'account:GetAccountInformation',
          'account:GetGovCloudAccountInformation',
          'account:GetPrimaryEmail',
          'account:ListRegions',
          'iam:CreateServiceLinkedRole',
          'iam:DeleteServiceLinkedRole',
          'iam:ListRoles',
          'organizations:DescribeEffectivePolicy',
          'organizations:DescribeOrganization',
        ],
        Resource: '*',
      },
    ],
  },
  {
    name: 'ReadOnlyAccess',
    id: 'ANPAILL3HVNFSB6DCOWYQ',
    version: 1,
    created: '2015-02-06T18:39:48Z',
    updated: '2015-02-06T18:39:48Z',
    description: 'Provides read-only access to AWS services and resources.',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'access-analyzer:CheckAccessNotGranted',
          'access-analyzer:CheckNoNewAccess',
          'access-analyzer:Get*',
          'access-analyzer:List*',
          'access-analyzer:ValidatePolicy',
          'iam:Generate*',
          'iam:Get*',
          'iam:List*',
          'iam:Simulate*',
          'rolecall:Get*',
          'rolecall:List*',
          'sts:GetAccessKeyInfo',
          'sts:GetCallerIdentity',
          'sts:GetSessionToken',
        ],
        Resource: '*',
      },
    ],
  },
  {
    name: 'SecurityAudit',
    id: 'ANPAIX2T3QCXHR2OGGCTO',
    version: 1,
    created: '2015-02-06T18:41:01Z',
    updated: '2015-02-06T18:41:01Z',
    description:
      'The security audit template grants access to read security configuration metadata. It is useful for software that audits the configuration of an AWS account.',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'access-analyzer:Get*',
          'access-analyzer:List*',
          'iam:GenerateCredentialReport',
          'iam:GenerateServiceLastAccessedDetails',
          'iam:Get*',
          'iam:List*',
          'iam:SimulateCustomPolicy',
          'iam:SimulatePrincipalPolicy',
          'rolecall:Get*',
          'rolecall:List*',
        ],
        Resource: '*',
      },
    ],
  },
];

function fromRow(row: CatalogueRow): ManagedPolicy {
  const { name, path = '/', description } = row;
  const versionId = `v${row.version}`;
  const document = JSON.stringify({ Version: '2012-10-17', Statement: row.statements }, undefined, 4);
  return Object.freeze({
    accountId: AWS_ACCOUNT,
    policyId: row.id,
    policyName: name,
    nameKey: foldName(name),
    path,
    arn: `arn:aws:iam::${AWS_ACCOUNT}:policy${path}${name}`,
    ...(description === undefined ? {} : { description }),
    createdAt: Date.parse(row.created),
    updatedAt: Date.parse(row.updated),
    defaultVersionId: versionId,
    versions: [{ versionId, document, createdAt: Date.parse(row.updated) }],
    nextVersion: row.version + 1,
    tags: [],
  });
}

/** Allows everything to any entity it is attached to. */
export const ADMINISTRATOR_ACCESS: ManagedPolicy = fromRow(ADMINISTRATOR_ROW);

/** The AWS managed policies, sorted by name: the same in every account, and immutable. */
export const AWS_MANAGED_POLICIES: readonly ManagedPolicy[] = [
  ADMINISTRATOR_ACCESS,
  ...[...CATALOGUE, ...AWS_POLICY_TEXTS.map((text) => JSON.parse(text) as CatalogueRow)].map(fromRow),
].sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1));

const byArn = new Map(AWS_MANAGED_POLICIES.map((policy) => [policy.arn, policy]));
const byId = new Map(AWS_MANAGED_POLICIES.map((policy) => [policy.policyId, policy]));

/** Whether an ARN is that of an AWS managed policy, even one that this server does not have. */
export function isAwsManagedArn(arn: string): boolean {
  return arn.startsWith(`arn:aws:iam::${AWS_ACCOUNT}:policy/`);
}

export function awsManagedPolicyByArn(arn: string): ManagedPolicy | undefined {
  return byArn.get(arn);
}

export function awsManagedPolicyById(policyId: string): ManagedPolicy | undefined {
  return byId.get(policyId);
}

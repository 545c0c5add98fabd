import type { Resource } from '@aws-sdk/client-cloudtrail';
import type { AuditEvent } from '../../kernel/audit-event.ts';
import { arnName } from './arn-name.ts';

/** CloudTrail's types of resources, by the kind in an ARN of IAM or STS. */
const TYPES: Readonly<Record<string, string>> = {
  'access-report': 'AWS::IAM::AccessReport',
  'assumed-role': 'AWS::STS::AssumedRole',
  'federated-user': 'AWS::STS::FederatedUser',
  group: 'AWS::IAM::Group',
  'instance-profile': 'AWS::IAM::InstanceProfile',
  mfa: 'AWS::IAM::MfaDevice',
  'oidc-provider': 'AWS::IAM::OIDCProvider',
  policy: 'AWS::IAM::Policy',
  role: 'AWS::IAM::Role',
  'saml-provider': 'AWS::IAM::SAMLProvider',
  'server-certificate': 'AWS::IAM::ServerCertificate',
  user: 'AWS::IAM::User',
};
/** Kinds whose names say enough: events are found by the name, too. */
const NAMED: ReadonlySet<string> = new Set(['group', 'instance-profile', 'role', 'server-certificate', 'user']);

/** What an event is about, each under every name by which it is looked up: the ARN, and the name or the id. */
export function resourcesOf({ resources, request, response }: AuditEvent): readonly Resource[] {
  const found = resources.flatMap(resourcesOfArn);
  const keys = new Set([
    accessKeyIn(request),
    accessKeyIn(response),
    accessKeyIn(response?.['AccessKey']),
    accessKeyIn(response?.['Credentials']),
  ]);
  const isNamed = (id: string | undefined): id is string => id !== undefined;
  return [
    ...found,
    ...[...keys].filter(isNamed).map((id) => ({ ResourceType: 'AWS::IAM::AccessKey', ResourceName: id })),
  ];
}

function resourcesOfArn(arn: string): readonly Resource[] {
  const kind = /^arn:[^:]*:(?:iam|sts)::\d*:([a-z-]+)\//.exec(arn)?.[1] ?? '';
  const ResourceType = TYPES[kind];
  if (ResourceType === undefined) return [];
  const byArn = { ResourceType, ResourceName: arn };
  return NAMED.has(kind) ? [byArn, { ResourceType, ResourceName: arnName(arn) ?? arn }] : [byArn];
}

function accessKeyIn(part: unknown): string | undefined {
  const id = (part as { readonly AccessKeyId?: unknown } | undefined)?.AccessKeyId;
  return typeof id === 'string' ? id : undefined;
}

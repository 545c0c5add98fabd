import { createHash } from 'node:crypto';

export type ParameterType = 'String' | 'StringList' | 'Number' | 'NumberList' | 'Arn' | 'ArnList';

/** A value that a caller gives when it creates a role from a template. */
export interface TemplateParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly isRequired: boolean;
  readonly defaultValue?: string | undefined;
  readonly description?: string | undefined;
}

/** A blueprint of roles. `@{parameter}` stands for a value. */
export interface RoleTemplate {
  readonly arn: string;
  readonly name: string;
  /** The principal of the service that it belongs to. */
  readonly service: string;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly isEnabled: boolean;
  readonly description?: string | undefined;
  readonly roleName: string;
  readonly rolePath: string;
  readonly roleDescription?: string | undefined;
  /** JSON. */
  readonly trustPolicy: string;
  /** JSON by name. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly managedPolicies: readonly string[];
  readonly permissionsBoundary?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly maxSessionDuration?: number | undefined;
  readonly parameters: readonly TemplateParameter[];
}

/** The templates by ARN. */
export type RoleTemplates = ReadonlyMap<string, RoleTemplate>;

export function templateArn(service: string, name: string, majorVersion: number): string {
  return `arn:aws:iam::aws:role-template/${service}/${name}:${majorVersion}`;
}

/** An id of a version: as long as it has the same contents, the same on every process. */
export function templateVersionId(template: RoleTemplate): string {
  return `ARTV${createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 17).toUpperCase()}`;
}

const parameter = (name: string, description: string): TemplateParameter => ({
  ...{ name, description },
  type: 'String',
  isRequired: true,
});

/**
 * AWS's template for open-ended work of a service. Its ARN, parameters and policy are AWS's; that its roles have the path `/`, and its exact
 * words, are a choice, since AWS documents neither.
 */
const POWER_USER: RoleTemplate = {
  arn: templateArn('iam.amazonaws.com', 'PowerUserRoleTemplate', 1),
  name: 'PowerUserRoleTemplate',
  service: 'iam.amazonaws.com',
  majorVersion: 1,
  minorVersion: 1,
  isEnabled: true,
  description: 'A role of a service that may do everything except manage identities.',
  roleName: '@{RoleName}',
  rolePath: '/',
  trustPolicy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: '@{AWSServiceName}' }, Action: 'sts:AssumeRole' }],
  }),
  inlinePolicies: {},
  managedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'],
  tags: {},
  parameters: [
    parameter('AWSServiceName', 'The principal of the service that assumes the role.'),
    parameter('RoleName', 'The name of the role.'),
  ],
};

/** The built-in templates and the operator's, which replace those of the same ARN. */
export function roleTemplates(own: readonly RoleTemplate[]): RoleTemplates {
  return new Map([POWER_USER, ...own].map((template) => [template.arn, template]));
}

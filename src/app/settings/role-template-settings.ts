import * as z from 'zod';
import { placeholdersIn } from '../../identity/role-templates/render-template.ts';
import { type RoleTemplate, type TemplateParameter, templateArn } from '../../identity/role-templates/role-template.ts';

const POLICY_ARN = 'must be the ARN of a policy';
const policyArn = z.string().regex(/^arn:aws:iam::(?:aws|\d{12}):policy\/.+$/, POLICY_ARN);
const policyDocument = z.record(z.string(), z.unknown());

/** A parameter of a template. */
export const parameterShape = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'must be letters, digits, _, . and -')
    .describe('Its name: `@{name}`.'),
  type: z
    .enum(['String', 'StringList', 'Number', 'NumberList', 'Arn', 'ArnList'])
    .default('String')
    .describe('The type of its values.'),
  required: z.boolean().default(true).describe('Whether a caller must give it.'),
  default: z.string().max(1024).optional().describe('The value if a caller gives none.'),
  description: z.string().max(1000).optional().describe('What it means.'),
});

export function readParameter(parameter: z.output<typeof parameterShape>): TemplateParameter {
  const { name, type, required: isRequired, default: defaultValue, description } = parameter;
  return { name, type, isRequired, defaultValue, description };
}

/** A role template of the operator. */
const templateShape = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w+=,.-]{1,128}$/, 'must be letters, digits and +=,.-')
      .describe('The name of the template.'),
    service: z
      .string()
      .regex(/^[\w+=,.@-]{1,128}$/, 'must be the principal of a service')
      .describe('The principal of the service that it belongs to; part of its ARN.'),
    majorVersion: z.int().min(1).default(1).describe('The number at the end of its ARN.'),
    minorVersion: z.int().min(1).default(1).describe('The version; count it up with every change.'),
    enabled: z.boolean().default(true).describe('Whether roles can be created from it.'),
    description: z.string().max(512).optional().describe('What it is for.'),
    roleName: z.string().min(1).max(256).describe('The name of its roles, with parameters: `backup-@{RoleName}`.'),
    path: z
      .string()
      .regex(/^\/(?:.*\/)?$/, 'must begin and end with /')
      .default('/')
      .describe('The path of its roles.'),
    roleDescription: z.string().max(512).optional().describe('The description of its roles.'),
    trustPolicy: policyDocument.describe('The trust policy of its roles, with parameters.'),
    inlinePolicies: z.record(z.string(), policyDocument).default({}).describe('Identity policies by name.'),
    managedPolicies: z.array(policyArn).max(10).default([]).describe('ARNs of managed policies.'),
    permissionsBoundary: policyArn.optional().describe('The ARN of the permissions boundary.'),
    tags: z.record(z.string(), z.string()).default({}).describe('The tags of its roles.'),
    maxSessionDuration: z.int().min(3600).max(43_200).optional().describe('In seconds, 3600 to 43200.'),
    parameters: z.array(parameterShape).max(50).default([]).describe('What callers fill in.'),
  })
  .superRefine(({ parameters, ...template }, context) => {
    const known = new Set(parameters.map(({ name }) => name));
    for (const name of new Set(placeholdersIn(JSON.stringify(template)))) {
      if (!known.has(name))
        context.addIssue({ code: 'custom', message: `uses a parameter that it does not declare: ${name}` });
    }
  })
  .transform(
    ({ name, service, majorVersion, minorVersion, enabled, path, parameters, ...rest }): RoleTemplate => ({
      ...{ name, service, majorVersion, minorVersion },
      arn: templateArn(service, name, majorVersion),
      isEnabled: enabled,
      description: rest.description,
      roleName: rest.roleName,
      rolePath: path,
      roleDescription: rest.roleDescription,
      trustPolicy: JSON.stringify(rest.trustPolicy),
      inlinePolicies: Object.fromEntries(
        Object.entries(rest.inlinePolicies).map(([policy, document]) => [policy, JSON.stringify(document)]),
      ),
      managedPolicies: rest.managedPolicies,
      permissionsBoundary: rest.permissionsBoundary,
      tags: rest.tags,
      maxSessionDuration: rest.maxSessionDuration,
      parameters: parameters.map(readParameter),
    }),
  );

/** The operator's role templates. */
export const roleTemplateListShape = z
  .array(templateShape)
  .refine((templates) => new Set(templates.map(({ arn }) => arn)).size === templates.length, 'has a template twice')
  .default([])
  .describe('Your own role templates ([aws-api.md](aws-api.md#role-templates)).');

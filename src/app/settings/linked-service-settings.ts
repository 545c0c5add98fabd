import * as z from 'zod';
import type { LinkedService } from '../../identity/service-linked-roles/linked-service.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';

const AWS_POLICY = /^arn:aws:iam::aws:policy\/.+$/;
const PRINCIPAL = /^arn:aws:iam::\d{12}:(?:user|role)\/.+$/;

/** A service of the operator that has a service-linked role in the accounts that use it. */
const linkedServiceShape = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w+=,.@-]{1,128}$/, 'must be the principal of a service, such as backups.example.org')
      .describe('The principal of the service, as `AWSServiceName` names it: `backups.example.org`.'),
    roleName: z
      .string()
      .regex(/^AWSServiceRoleFor[\w+=,.@-]{1,47}$/, 'must begin with AWSServiceRoleFor, and have at most 64 characters')
      .describe('The name of its role: `AWSServiceRoleFor…`.'),
    policies: z
      .array(z.string().regex(AWS_POLICY, 'must be the ARN of an AWS managed policy'))
      .max(10)
      .default([])
      .describe('ARNs of AWS managed policies that the role has.'),
    policy: z.record(z.string(), z.unknown()).optional().describe('An identity policy that the role also has, inline.'),
    runsAs: z
      .array(z.string().regex(PRINCIPAL, 'must be the ARN of a user or role'))
      .max(10)
      .default([])
      .describe('ARNs of the users and roles that the service runs as: they may assume the role.'),
    customSuffix: z
      .boolean()
      .default(false)
      .describe('Whether an account may have several such roles, told apart by `CustomSuffix`.'),
  })
  .superRefine(({ policy }, context) => {
    if (policy === undefined) return;
    try {
      requireValidPolicy(JSON.stringify(policy), 'identity');
    } catch (error) {
      const message = `is not a valid identity policy: ${error instanceof Error ? error.message : 'unreadable'}`;
      context.addIssue({ code: 'custom', path: ['policy'], message });
    }
  })
  .transform(
    ({ name, roleName, policies, policy, runsAs, customSuffix }): LinkedService => ({
      ...{ service: name, roleName, policies, runsAs, takesSuffix: customSuffix },
      ...(policy !== undefined && { policy: JSON.stringify(policy) }),
    }),
  );

/** The operator's services with service-linked roles. */
export const linkedServiceListShape = z
  .array(linkedServiceShape)
  .refine(
    (services) => new Set(services.map(({ service }) => service)).size === services.length,
    'names a service twice',
  )
  .default([])
  .describe('Your own services with service-linked roles ([aws-api.md](aws-api.md#service-linked-roles)).');

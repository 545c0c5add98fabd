import * as z from 'zod';
import { type DelegationTemplate, delegationTemplateArn } from '../../identity/delegations/delegation-template.ts';
import { placeholdersIn, renderPolicy } from '../../identity/role-templates/render-template.ts';
import type { ParameterType, TemplateParameter } from '../../identity/role-templates/role-template.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import { parameterShape, readParameter } from './role-template-settings.ts';

/** What accounts may ask other accounts for. */
const templateShape = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w+=,.-]{1,128}$/, 'must be letters, digits and +=,.-')
      .describe('The name of the template; part of its ARN.'),
    account: z
      .string()
      .regex(/^\d{12}$/, 'must be an account id')
      .optional()
      .describe('The only account that may ask for it; part of its ARN. Unset: every account may.'),
    requestorName: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('The name of the requestor, for the owners who decide. You vouch for it. Needs `account`.'),
    policy: z.record(z.string(), z.unknown()).describe('The policy, with parameters: `@{BucketName}`.'),
    parameters: z.array(parameterShape).max(50).default([]).describe('What requestors fill in.'),
  })
  .superRefine(({ parameters, account, requestorName, policy }, context) => {
    const known = new Set(parameters.map(({ name }) => name));
    const issue = (message: string) => context.addIssue({ code: 'custom', message });
    const unknown = placeholdersIn(JSON.stringify(policy)).filter((name) => !known.has(name));
    for (const name of new Set(unknown)) issue(`uses a parameter that it does not declare: ${name}`);
    for (const name of known)
      if (name.length < 5) issue(`a parameter must have a name of 5 characters or more: ${name}`);
    // Otherwise every account could show itself under this name.
    if (requestorName !== undefined && account === undefined) issue('has a requestorName without an account');
    if (unknown.length > 0) return;
    const fault = faultOf(policy, parameters.map(readParameter));
    if (fault !== undefined) issue(`policy: ${fault}`);
  })
  .transform(
    ({ name, account, requestorName, policy, parameters }): DelegationTemplate => ({
      arn: delegationTemplateArn(account, name),
      ...{ requestorAccountId: account, requestorName, policy: JSON.stringify(policy) },
      parameters: parameters.map(readParameter),
    }),
  );

/** What is wrong with a policy, whatever its values will be. */
function faultOf(policy: object, parameters: readonly TemplateParameter[]): string | undefined {
  const values = parameters.map(({ name, type }) => [name, [EXAMPLES[type]]] as const);
  try {
    requireValidPolicy(renderPolicy(JSON.stringify(policy), parameters, Object.fromEntries(values)), 'session');
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
}

const EXAMPLES: Readonly<Record<ParameterType, string>> = {
  ...{ String: 'x', StringList: 'x', Number: '1', NumberList: '1' },
  ...{ Arn: 'arn:aws:iam::111122223333:user/x', ArnList: 'arn:aws:iam::111122223333:user/x' },
};

/** The operator's delegation templates. */
export const delegationTemplateListShape = z
  .array(templateShape)
  .refine((templates) => new Set(templates.map(({ arn }) => arn)).size === templates.length, 'has a template twice')
  .default([])
  .describe('What accounts may ask other accounts for temporary access to ([delegation.md](delegation.md)).');

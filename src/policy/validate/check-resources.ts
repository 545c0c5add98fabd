import { isVariable, parseTemplate } from '../compile/template.ts';
import type { PolicyDocument, PolicyText } from '../document/policy-document.ts';
import { LEGACY, type Refuse } from './malformed-policy.ts';

const FULLY_QUALIFIED = 'Resource vendor must be fully qualified and cannot contain regexes.';
const IAM_RESOURCES: readonly string[] = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];
/** The services whose resources are in no region, with the sentence for one that names a region. */
const WITHOUT_REGION: Readonly<Record<string, (resource: string) => string>> = {
  iam: (resource) => `IAM resource ${resource} cannot contain region information.`,
  s3: (resource) => `Resource ${resource} can not contain region information.`,
};

/** A complaint about a resource, which names it. */
export interface ResourceProblem {
  readonly message: string;
  readonly at: number;
}

/** The resources of all statements; every statement must say which it is about. */
export function requireResources({ statements }: PolicyDocument, refuse: Refuse): readonly PolicyText[] {
  return statements.flatMap(({ resource, at }) => {
    if (!resource || resource.values.length === 0) {
      return refuse('Policy statement must contain resources.', resource?.at ?? at);
    }
    return resource.values;
  });
}

/**
 * Each resource must be `*` or an ARN. Answers the first complaint rather than throwing it, because IAM tells others before it;
 * what its older parser stumbles over it tells at once.
 */
export function findResourceProblem(
  { statements, version }: PolicyDocument,
  refuse: Refuse,
): ResourceProblem | undefined {
  for (const { resource } of statements) {
    for (const value of resource?.values ?? []) {
      const problem = problemOf(value, withoutVariables(value, version === '2012-10-17', refuse));
      if (problem !== undefined) return { message: problem, at: value.at };
      checkLegacy(value, refuse);
    }
  }
  return undefined;
}

/** The text with something plain for each variable, whose own colons are not those of the ARN. */
function withoutVariables({ text, at }: PolicyText, hasVariables: boolean, refuse: Refuse): string {
  const template = parseTemplate(text, hasVariables);
  if (!template) return refuse(LEGACY, at);
  return template.map((part) => (isVariable(part) ? 'x' : part.text)).join('');
}

function problemOf({ text }: PolicyText, plain: string): string | undefined {
  if (text === '*') return undefined;
  const [, partition, service, region, , ...resource] = plain.split(':');
  if (partition === undefined) return `Resource ${text} must be in ARN format or "*".`;
  if (partition !== 'aws') return partitionProblem(partition, plain.split(':').slice(2));
  if (service === undefined) return FULLY_QUALIFIED;
  const complaint = Object.hasOwn(WITHOUT_REGION, service) ? WITHOUT_REGION[service] : undefined;
  if (complaint && region !== '') return complaint(text);
  return service === 'iam' ? iamProblem(resource.join(':')) : undefined;
}

/** IAM shows the ARN as it understood it, with a star for each field that is not there. */
function partitionProblem(partition: string, fields: readonly string[]): string {
  const [first = '*', second = '*', third = '*', ...rest] = fields;
  const shown = fields.length > 3 ? rest.join(':') : '*';
  const service = fields.length === 1 && first === '' ? '*' : first;
  return `Partition "${partition}" is not valid for resource "arn:${partition}:${service}:${second}:${third}:${shown}".`;
}

function iamProblem(resource: string): string | undefined {
  if (resource === '*' || IAM_RESOURCES.some((start) => resource.startsWith(start))) return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_RESOURCES.join(', ')}.`;
}

function checkLegacy({ text, at }: PolicyText, refuse: Refuse): void {
  if (text === '*') return;
  const fields = text.split(':');
  if (fields[2] === '' || (fields.length < 6 && text.includes('::'))) refuse(LEGACY, at);
}

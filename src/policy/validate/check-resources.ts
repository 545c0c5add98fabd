import type { PolicyDocument, PolicyText } from '../document/policy-document.ts';
import { isVariable, parseTemplate } from '../match/variables.ts';
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
/** The S3 resources whose ARNs name a region; buckets and objects have none (Service Authorization Reference, Amazon S3). */
const REGIONAL_S3_RESOURCES: readonly string[] = [
  'accesspoint/',
  'accesspoint:',
  'job/',
  'storage-lens/',
  'storage-lens-group/',
  'access-grants/',
  'async-request/',
];

/** An error message about a resource, which names it. */
export interface ResourceProblem {
  readonly message: string;
  readonly at: number;
}

/** The resources of all statements. Refuses a statement without resources. */
export function requireResources({ statements }: PolicyDocument, refuse: Refuse): readonly PolicyText[] {
  return statements.flatMap(({ resource, at }) => {
    if (!resource || resource.values.length === 0) {
      return refuse('Policy statement must contain resources.', resource?.at ?? at);
    }
    return resource.values;
  });
}

/**
 * Each resource must be `*` or an ARN. Returns the first problem instead of throwing it, because IAM reports other
 * problems first. Problems that IAM's older parser finds are thrown immediately, as IAM does.
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

/** The text with a placeholder for each variable, so that colons inside variables do not count as field separators of the ARN. */
function withoutVariables({ text, at }: PolicyText, hasVariables: boolean, refuse: Refuse): string {
  const template = parseTemplate(text, hasVariables);
  if (!template) return refuse(LEGACY, at);
  return template.map((part) => (isVariable(part) ? 'x' : part.text)).join('');
}

function problemOf({ text }: PolicyText, plain: string): string | undefined {
  if (text === '*') return undefined;
  const [, partition, service, region, , ...rest] = plain.split(':');
  if (partition === undefined) return `Resource ${text} must be in ARN format or "*".`;
  if (partition !== 'aws' && partition !== '*') return partitionProblem(partition, plain.split(':').slice(2));
  if (service === undefined || /[*?]/.test(service)) return FULLY_QUALIFIED;
  if (service === 'iam') return iamProblem(text, region, rest.join(':'));
  if (service === 's3' && region !== '' && !mayBeRegional(rest.length > 0 ? rest.join(':') : plain.slice(-1))) {
    return `Resource ${text} can not contain region information.`;
  }
  return undefined;
}

/** Whether an S3 pattern may match a resource in a region. A star that ends the ARN early also covers the resource. */
function mayBeRegional(resource: string): boolean {
  const wildcard = resource.search(/[*?]/);
  if (wildcard < 0) return REGIONAL_S3_RESOURCES.some((start) => resource.startsWith(start));
  const beginning = resource.slice(0, wildcard);
  return REGIONAL_S3_RESOURCES.some((start) => beginning.startsWith(start) || start.startsWith(beginning));
}

/** IAM shows the ARN as it parsed it, with a star for each missing field. */
function partitionProblem(partition: string, fields: readonly string[]): string {
  const [first = '*', second = '*', third = '*', ...rest] = fields;
  const shown = fields.length > 3 ? rest.join(':') : '*';
  const service = fields.length === 1 && first === '' ? '*' : first;
  return `Partition "${partition}" is not valid for resource "arn:${partition}:${service}:${second}:${third}:${shown}".`;
}

function iamProblem(text: string, region: string | undefined, resource: string): string | undefined {
  if (region !== '') return `IAM resource ${text} cannot contain region information.`;
  if (['*', 'root'].includes(resource) || IAM_RESOURCES.some((start) => resource.startsWith(start))) return undefined;
  return `IAM resource path must either be "*", root, or start with ${IAM_RESOURCES.join(', ')}.`;
}

function checkLegacy({ text, at }: PolicyText, refuse: Refuse): void {
  if (text === '*') return;
  const fields = text.split(':');
  if (fields[2] === '' || (fields.length < 6 && text.includes('::'))) refuse(LEGACY, at);
}

import { ALL_RESOURCES } from '../../evaluation/simulated-resources.ts';
import { parseArn } from '../../kernel/arn.ts';

/** IAM's own resource types, with the placeholder for their names in ARN templates. */
const NAMES = new Map([
  ['user', 'UserNameWithPath'],
  ['group', 'GroupNameWithPath'],
  ['role', 'RoleNameWithPath'],
  ['policy', 'PolicyNameWithPath'],
  ['instance-profile', 'InstanceProfileNameWithPath'],
  ['mfa', 'MfaTokenIdWithPath'],
  ['oidc-provider', 'OidcProviderName'],
  ['saml-provider', 'SamlProviderName'],
  ['server-certificate', 'CertificateNameWithPath'],
]);

/**
 * What the result for all resources together is about: the resource if there is only one; the ARN template if all have the same type; `*`
 * if their types differ or are unknown here.
 */
export function nameOfAll(resources: readonly string[]): string {
  const [only, second] = new Set(resources);
  if (only !== undefined && second === undefined) return only;
  const [template, ...others] = new Set(resources.map(templateOfOne));
  return template === undefined || others.length > 0 ? ALL_RESOURCES : template;
}

function templateOfOne(arn: string): string | undefined {
  const parsed = parseArn(arn);
  const type = parsed?.resource.split('/')[0] ?? '';
  const name = parsed?.service === 'iam' ? NAMES.get(type) : undefined;
  return name && `arn:\${Partition}:iam::\${Account}:${type}/\${${name}}`;
}

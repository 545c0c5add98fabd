import { parseArn } from '../../kernel/arn.ts';
import { TRUST_ACTIONS } from '../../policy/validate/check-trust.ts';
import { invalidInput } from './invalid-input.ts';

/** Stands for all resources; what is simulated where none is named. */
export const ALL_RESOURCES = '*';

/** The resources of a simulation. @throws {ServiceError} InvalidInput where one is neither `*` nor an ARN. */
export function readResources(arns: readonly string[] | undefined): readonly string[] {
  if (arns === undefined || arns.length === 0) return [ALL_RESOURCES];
  for (const arn of arns) {
    if (arn !== ALL_RESOURCES && parseArn(arn) === undefined) {
      throw invalidInput(`Invalid Input Resources: "${arn}" is neither an ARN nor *`);
    }
  }
  return arns;
}

/** `service:Action`, as the Service Authorization Reference writes them. */
const ACTION = /^[a-z\d-]+:[a-z\d_]+$/i;

/** The actions of a simulation. @throws {ServiceError} InvalidInput where one has no service, or a wildcard. */
export function readActions(names: readonly string[]): readonly string[] {
  if (names.length === 0) throw invalidInput('Invalid Input Actions: at least one is needed');
  for (const name of names) {
    if (!ACTION.test(name)) {
      throw invalidInput(`Invalid Input Actions: "${name}" is not service:Action without wildcards`);
    }
  }
  return names;
}

const ACCOUNT_ID = /^\d{12}$/;
const ACCOUNT = /^(?:arn:aws:iam::(\d{12}):root|(\d{12}))$/;

/** The account that a `ResourceOwner` names, by its root ARN or its id. @throws {ServiceError} InvalidInput */
export function readResourceOwner(owner: string | undefined): string | undefined {
  if (owner === undefined) return undefined;
  const [, ofRoot, plain] = ACCOUNT.exec(owner) ?? [];
  const accountId = ofRoot ?? plain;
  if (accountId === undefined) {
    throw invalidInput(`Invalid ResourceOwner: ${owner} is neither an account id nor arn:aws:iam::account-id:root`);
  }
  return accountId;
}

/** The account that owns a resource: the one its ARN tells, or else the one that owns those that tell none. */
export function ownerOf(resource: string, ownerOfOthers: string): string {
  const accountId = parseArn(resource)?.accountId ?? '';
  return ACCOUNT_ID.test(accountId) ? accountId : ownerOfOthers;
}

const ROLE = /^arn:[^:]+:iam::[^:]*:role\//;

/**
 * Whether the policy that comes with the resources is a trust policy: all actions open or mark a session, of roles only.
 * @throws {ServiceError} InvalidInput where some do and others do not: one policy cannot be applicable to all of them.
 */
export function isAboutTrust(actions: readonly string[], resources: readonly string[]): boolean {
  const ofRoles = resources.filter((resource) => ROLE.test(resource));
  const ofTrust = actions.filter((action) => TRUST_ACTIONS.includes(action.toLowerCase()));
  if (ofRoles.length === 0 || ofTrust.length === 0) return false;
  if (ofRoles.length === resources.length && ofTrust.length === actions.length) return true;
  throw invalidInput('Invalid ResourcePolicy: a trust policy is applicable to assuming roles, and to nothing else');
}

/** What each type of simulation needs among its resources, as types of EC2's ARNs. */
const HANDLING = new Map([
  ['EC2-VPC-InstanceStore', ['instance', 'image', 'security-group', 'network-interface']],
  ['EC2-VPC-InstanceStore-Subnet', ['instance', 'image', 'security-group', 'network-interface', 'subnet']],
  ['EC2-VPC-EBS', ['instance', 'image', 'security-group', 'network-interface', 'volume']],
  ['EC2-VPC-EBS-Subnet', ['instance', 'image', 'security-group', 'network-interface', 'subnet', 'volume']],
]);

/** Checks that the resources that a `ResourceHandlingOption` needs are there. @throws {ServiceError} InvalidInput */
export function checkResourceHandling(option: string | undefined, resources: readonly string[]): void {
  if (option === undefined) return;
  const needed = HANDLING.get(option);
  if (needed === undefined) {
    throw invalidInput(`Invalid ResourceHandlingOption: ${option} is none of ${[...HANDLING.keys()].join(', ')}`);
  }
  const present = new Set(resources.map(ec2Type));
  const missing = needed.filter((type) => !present.has(type));
  if (missing.length > 0) {
    throw invalidInput(`Invalid ResourceHandlingOption: ${option} needs resources of type ${missing.join(', ')}`);
  }
}

function ec2Type(arn: string): string | undefined {
  const parsed = parseArn(arn);
  return parsed?.service === 'ec2' ? parsed.resource.split('/')[0] : undefined;
}

/** The types of IAM's own resources, and what their names are called in ARN templates. */
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
 * What the result for all resources together is about: the one resource that was named, the ARN template of several of one type,
 * `*` if they are of several types or of one that is not known here.
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

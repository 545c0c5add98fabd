import { invalidInput } from '../../evaluation/invalid-input.ts';
import { ALL_RESOURCES } from '../../evaluation/simulated-resources.ts';
import { parseArn } from '../../kernel/arn.ts';

/** The resources of a simulation. @throws {ServiceError} InvalidInput if one is neither `*` nor an ARN. */
export function readResources(arns: readonly string[] | undefined): readonly string[] {
  if (arns === undefined || arns.length === 0) return [ALL_RESOURCES];
  for (const arn of arns) {
    if (arn !== ALL_RESOURCES && parseArn(arn) === undefined) {
      throw invalidInput(`Invalid Input Resources: "${arn}" is neither an ARN nor *`);
    }
  }
  return arns;
}

/** `service:Action`, as in the Service Authorization Reference. */
const ACTION = /^[a-z\d-]+:[a-z\d_]+$/i;

/** The actions of a simulation. @throws {ServiceError} InvalidInput if one lacks a service or contains a wildcard. */
export function readActions(names: readonly string[]): readonly string[] {
  if (names.length === 0) throw invalidInput('Invalid Input Actions: at least one action is required');
  for (const name of names) {
    if (!ACTION.test(name)) {
      throw invalidInput(`Invalid Input Actions: "${name}" must be service:Action without wildcards`);
    }
  }
  return names;
}

const ACCOUNT = /^(?:arn:aws:iam::(\d{12}):root|(\d{12}))$/;

/** The account of a `ResourceOwner`, given as root ARN or account id. @throws {ServiceError} InvalidInput */
export function readResourceOwner(owner: string | undefined): string | undefined {
  if (owner === undefined) return undefined;
  const [, ofRoot, plain] = ACCOUNT.exec(owner) ?? [];
  const accountId = ofRoot ?? plain;
  if (accountId === undefined) {
    throw invalidInput(`Invalid ResourceOwner: ${owner} is neither an account id nor arn:aws:iam::account-id:root`);
  }
  return accountId;
}

/** The resources that each type of simulation requires, as resource types in EC2's ARNs. */
const HANDLING = new Map([
  ['EC2-VPC-InstanceStore', ['instance', 'image', 'security-group', 'network-interface']],
  ['EC2-VPC-InstanceStore-Subnet', ['instance', 'image', 'security-group', 'network-interface', 'subnet']],
  ['EC2-VPC-EBS', ['instance', 'image', 'security-group', 'network-interface', 'volume']],
  ['EC2-VPC-EBS-Subnet', ['instance', 'image', 'security-group', 'network-interface', 'subnet', 'volume']],
]);

/** Checks that the resources required by a `ResourceHandlingOption` are present. @throws {ServiceError} InvalidInput */
export function checkResourceHandling(option: string | undefined, resources: readonly string[]): void {
  if (option === undefined) return;
  const needed = HANDLING.get(option);
  if (needed === undefined) {
    throw invalidInput(`Invalid ResourceHandlingOption: ${option} must be one of ${[...HANDLING.keys()].join(', ')}`);
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

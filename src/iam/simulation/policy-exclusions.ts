import type { InlinePolicyIdentifierType, PolicyIdentifier } from '@aws-sdk/client-iam';
import type { GatheredPolicies, GatheredPolicy } from '../../authorize/gather-policies.ts';
import { invalidInput } from '../../evaluation/invalid-input.ts';
import { matchesGlob } from '../../policy/match/glob.ts';

/** Whether a policy is left out of the simulation. */
type Excludes = (policy: GatheredPolicy) => boolean;

const isInline: Excludes = ({ source }) => source.type === 'inline';
const isManaged: Excludes = ({ source }) => source.type === 'managed';

/** The types of policies. Service and resource control policies are not among an entity's policies, so excluding them has no effect. */
const OF_TYPE = new Map<string, Excludes>([
  ['inline', isInline],
  ['aws-managed', (policy) => isManaged(policy) && policy.awsManaged],
  ['user-managed', (policy) => isManaged(policy) && !policy.awsManaged],
  ['permission-boundary', ({ source }) => source.type === 'boundary'],
  ['scp', () => false],
  ['rcp', () => false],
]);

/** Removes the policies that a `PolicyExclusionList` names from an entity's policies. */
export function excludePolicies(
  { identity, boundary }: GatheredPolicies,
  identifiers: readonly PolicyIdentifier[],
): GatheredPolicies {
  const rules = identifiers.map(readIdentifier);
  const isExcluded: Excludes = (policy) => rules.some((excludes) => excludes(policy));
  // a boundary whose policy is gone can only be excluded by type
  const isBoundaryExcluded =
    boundary === 'missing'
      ? identifiers.some(({ PolicyType }) => PolicyType === 'permission-boundary')
      : boundary !== undefined && isExcluded(boundary);
  return {
    identity: identity.filter((policy) => !isExcluded(policy)),
    boundary: isBoundaryExcluded ? undefined : boundary,
  };
}

/** @throws {ServiceError} InvalidInput if the identifier can never match a policy. */
function readIdentifier(identifier: PolicyIdentifier): Excludes {
  const { PolicyType: type, PolicyArn: arn, InlinePolicyIdentifier: inline } = identifier;
  const given = [type, arn, inline].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw invalid('has exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier');
  }
  if (type !== undefined) return OF_TYPE.get(type) ?? fail(`knows no PolicyType ${type}`);
  return arn === undefined ? readInline(inline as InlinePolicyIdentifierType) : readArn(arn);
}

/** The ARN must match exactly up to `policy/`. Policies of organisations are accepted, but never found. */
const POLICY_ARN = /^arn:aws:(?:iam::(?:\d{12}|aws)|organizations::(?:\d{12}|aws)):policy\/([\w+=,.@/*?-]+)$/;

function readArn(arn: string): Excludes {
  const [, name] = POLICY_ARN.exec(arn) ?? [];
  if (name === undefined) throw invalid(`takes no PolicyArn ${arn}`);
  const matches = compilePattern(name, arn);
  return (policy) => isManaged(policy) && matches(policy.source.id);
}

const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const ENTITY_PATTERN = /^[\w+=,.@*?-]{1,128}$/;
const ENTITY_TYPES = ['user', 'group', 'role'];

function readInline({ PolicyName, AttachmentType, AttachmentName }: InlinePolicyIdentifierType): Excludes {
  if (PolicyName === undefined || !POLICY_NAME.test(PolicyName)) throw invalid(`takes no PolicyName ${PolicyName}`);
  if (AttachmentType === undefined || !ENTITY_TYPES.includes(AttachmentType)) {
    throw invalid(`takes no AttachmentType ${AttachmentType}`);
  }
  if (AttachmentName === undefined || !ENTITY_PATTERN.test(AttachmentName)) {
    throw invalid(`takes no AttachmentName ${AttachmentName}`);
  }
  const name = PolicyName.toLowerCase();
  const matches = compilePattern(AttachmentName, AttachmentName.toLowerCase());
  return (policy) =>
    isInline(policy) &&
    policy.policyName.toLowerCase() === name &&
    policy.holder.type === AttachmentType &&
    matches(policy.holder.name.toLowerCase());
}

/** Compiles a pattern. It may contain any number of `?`, but at most one `*` in the part for names. */
function compilePattern(names: string, pattern: string): (name: string) => boolean {
  if (names.split('*').length > 2) throw invalid(`takes at most one * (${names})`);
  return (name) => matchesGlob(pattern, name);
}

function invalid(what: string) {
  return invalidInput(`Invalid PolicyExclusionList: an identifier ${what}`);
}

function fail(what: string): never {
  throw invalid(what);
}

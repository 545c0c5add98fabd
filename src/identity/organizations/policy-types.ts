import { ServiceError } from '../../kernel/service-error.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import { RESOURCE_CONTROL, SERVICE_CONTROL } from './default-policies.ts';
import { constraintViolation, organizationError } from './organization-errors.ts';

/** What distinguishes a type of policies (AWS Organizations User Guide, "Quotas and service limits"). */
export interface PolicyType {
  /** How many of them an organization has at most. */
  readonly most: number;
  /** How many of them may be attached to one target. */
  readonly mostAttached: number;
  /** @throws {ServiceError} MalformedPolicyDocumentException, ConstraintViolationException */
  check(content: string): void;
}

/** Policies of all other types: stored, and inherited as a whole (`effective-policy.ts`), but not enforced. */
function management(size: number, mostAttached: number, member?: string): PolicyType {
  return {
    most: 1000,
    mostAttached,
    check(content) {
      if (content.length > size) throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED');
      const document = parseObject(content);
      const isMember = (key: string): boolean => key === member || key === '@@operators_allowed_for_child_policies';
      if (document === undefined || (member !== undefined && !Object.keys(document).every(isMember)))
        throw organizationError('MalformedPolicyDocumentException');
    },
  };
}

function parseObject(content: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(content);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function control(kind: 'service-control' | 'resource-control'): (content: string) => void {
  return (content) => {
    try {
      requireValidPolicy(content, kind);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'LimitExceeded') throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED');
      throw organizationError('MalformedPolicyDocumentException', error);
    }
  };
}

const TYPES: Readonly<Record<string, PolicyType>> = {
  [SERVICE_CONTROL]: { most: 10_000, mostAttached: 10, check: control('service-control') },
  [RESOURCE_CONTROL]: { most: 1000, mostAttached: 5, check: control('resource-control') },
  TAG_POLICY: management(10_000, 10, 'tags'),
  BACKUP_POLICY: management(10_000, 10, 'plans'),
  AISERVICES_OPT_OUT_POLICY: management(2500, 5, 'services'),
  CHATBOT_POLICY: management(10_000, 5, 'chatbots'),
  DECLARATIVE_POLICY_EC2: management(10_000, 10, 'ec2_attributes'),
  SECURITYHUB_POLICY: management(10_000, 10, 'securityhub'),
};
const OTHER = management(10_000, 10);

/** INVARIANT: the wire shapes let only types of AWS in. */
export function policyTypeOf(type: string): PolicyType {
  return TYPES[type] ?? OTHER;
}

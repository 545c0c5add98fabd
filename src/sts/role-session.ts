import type { PolicyDescriptorType, Tag as WireTag } from '@aws-sdk/client-sts';
import type { Tag } from '../identity/documents/entity.ts';
import type { Role } from '../identity/documents/role.ts';
import { findManagedPolicy } from '../identity/policies/find-managed-policy.ts';
import type { NamedRole, RoleDirectory } from '../identity/roles/role-directory.ts';
import type { SessionFacts } from '../identity/sessions/caller.ts';
import { tagKeysFault } from '../identity/sessions/session-tags.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { requireValidPolicy } from '../policy/validate/require-valid-policy.ts';
import { STS_ERRORS } from './sts-errors.ts';

/** Shared by the operations that open role sessions. */

/** The longest role session, in seconds, that temporary credentials of any kind may open [aws-behaviour 32]. */
export const CHAINED_SESSION_LIMIT = 3600;
const DEFAULT_DURATION = 3600;
/** The limit in characters for the inline session policy and the ARNs of managed ones together. */
const SESSION_POLICY_LIMIT = 2048;

/**
 * Looks up a role by the ARN in a request.
 * @throws {ServiceError} ValidationError if the text is not a role ARN [aws-behaviour 7].
 */
export function findNamedRole(roles: RoleDirectory, roleArn: string): NamedRole | Promise<NamedRole> {
  const found = roles.find(roleArn);
  if (found === undefined) throw new ServiceError('ValidationError', `${roleArn} is invalid`);
  return found;
}

/**
 * The duration of the session in seconds.
 * @throws {ServiceError} ValidationError if it exceeds the role's limit or that of role chaining.
 */
export function sessionDuration(asked: number | undefined, role: Role, isChained: boolean): number {
  const duration = asked ?? DEFAULT_DURATION;
  if (isChained && duration > CHAINED_SESSION_LIMIT) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (duration > role.maxSessionDuration) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return duration;
}

interface SessionPolicyInput {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined;
}

/** The session policies of a new session: the text of inline ones, and the ARNs and unique ids of managed ones. */
export type SessionPolicies = Pick<SessionFacts, 'sessionPolicies' | 'sessionPolicyArns' | 'sessionPolicyIds'>;

/**
 * Checks the session policies of a request.
 * @throws {ServiceError} MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError.
 */
export function readSessionPolicies(
  store: IdentityStore,
  accountId: string,
  input: SessionPolicyInput,
): SessionPolicies | Promise<SessionPolicies> {
  const isNone = input.Policy === undefined && input.PolicyArns === undefined;
  return isNone ? NO_SESSION_POLICIES : checkSessionPolicies(store, accountId, input);
}

/** STS API reference, AssumeRole and GetFederationToken, PolicyArns: "You can provide up to 10 managed policy ARNs." */
const MAX_SESSION_POLICY_ARNS = 10;
const NO_SESSION_POLICIES: SessionPolicies = { sessionPolicies: [], sessionPolicyArns: [] };

async function checkSessionPolicies(
  store: IdentityStore,
  accountId: string,
  { Policy, PolicyArns }: SessionPolicyInput,
): Promise<SessionPolicies> {
  const arns = (PolicyArns ?? []).map(({ arn }) => arn ?? '');
  if (arns.length > MAX_SESSION_POLICY_ARNS) {
    throw new ServiceError(
      'ValidationError',
      `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${MAX_SESSION_POLICY_ARNS}`,
    );
  }
  if ((Policy?.length ?? 0) + arns.join('').length > SESSION_POLICY_LIMIT) {
    throw new ServiceError(
      STS_ERRORS.PackedPolicyTooLarge,
      `Session policies may have ${SESSION_POLICY_LIMIT} characters in total, including the ARNs of managed policies.`,
    );
  }
  if (Policy !== undefined) requireValidPolicy(Policy, 'session');
  const ids: string[] = [];
  for (const arn of arns) {
    const found = await findManagedPolicy(store, accountId, arn);
    if (found === undefined) {
      throw new ServiceError('ValidationError', `Policy ${arn} does not exist or is not attachable.`);
    }
    ids.push(found.policyId);
  }
  const sessionPolicies = Policy === undefined ? [] : [Policy];
  return { sessionPolicies, sessionPolicyArns: arns, ...(ids.length > 0 && { sessionPolicyIds: ids }) };
}

/**
 * Checks the session tags of a request.
 * @throws {ServiceError} InvalidParameterValue for a duplicate or reserved key [aws-behaviour 8].
 */
export function readSessionTags(tags: readonly WireTag[] | undefined): readonly Tag[] {
  if (tags === undefined) return [];
  const read = tags.map(({ Key, Value }) => ({ key: Key ?? '', value: Value ?? '' }));
  const fault = tagKeysFault(read);
  if (fault !== undefined) throw new ServiceError('InvalidParameterValue', fault);
  return read;
}

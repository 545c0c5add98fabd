import { parseArn } from '../kernel/arn.ts';
import { TRUST_ACTIONS } from '../policy/validate/check-trust.ts';
import { invalidInput } from './invalid-input.ts';

/** Stands for all resources. Simulated if the request names none. */
export const ALL_RESOURCES = '*';

/** Whether the request names resources. If so, the response has a result for each. */
export function namesResources(resources: readonly string[]): boolean {
  return resources.length > 1 || resources[0] !== ALL_RESOURCES;
}

const ACCOUNT_ID = /^\d{12}$/;

/** The account that owns a resource: the one in its ARN, or `ownerOfOthers` if the ARN has none. */
export function ownerOf(resource: string, ownerOfOthers: string): string {
  const accountId = parseArn(resource)?.accountId ?? '';
  return ACCOUNT_ID.test(accountId) ? accountId : ownerOfOthers;
}

const ROLE = /^arn:[^:]+:iam::[^:]*:role\//;

/**
 * Whether the resource policy is a trust policy: all resources are roles, and all actions are {@link TRUST_ACTIONS}.
 * @throws {ServiceError} InvalidInput if only some of them are: one policy cannot apply to all of them.
 */
export function isAboutTrust(actions: readonly string[], resources: readonly string[]): boolean {
  const ofRoles = resources.filter((resource) => ROLE.test(resource));
  const ofTrust = actions.filter((action) => TRUST_ACTIONS.includes(action.toLowerCase()));
  if (ofRoles.length === 0 || ofTrust.length === 0) return false;
  if (ofRoles.length === resources.length && ofTrust.length === actions.length) return true;
  throw invalidInput('Invalid ResourcePolicy: a trust policy only applies to assuming roles');
}

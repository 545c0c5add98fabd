import { policySize, requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';

/** @throws {ServiceError} MalformedPolicyDocument; LimitExceeded if it is longer than a managed policy may be. */
export function requirePolicyDocument(document: string): void {
  requireValidPolicy(document, 'identity');
  requireWithin(QUOTAS.policySize, policySize(document));
}

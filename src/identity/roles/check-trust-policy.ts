import { policySize } from '../../policy/document/policy-size.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import { trustedKeysOf } from '../documents/trusted-keys.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { resolveTrustedIds } from './trusted-ids.ts';
import { awsPrincipalsOf } from './trusted-principals.ts';

/** A trust policy that may be saved, with the unique ids of the principals it names. */
export interface CheckedTrustPolicy {
  readonly trustPolicy: string;
  readonly trustedIds: Record<string, string>;
  /** The keys of the callers that it may let in. */
  readonly trusts: string[];
}

/** @throws {ServiceError} MalformedPolicyDocument, LimitExceeded. */
export async function checkTrustPolicy(store: IdentityStore, text: string): Promise<CheckedTrustPolicy> {
  const document = requireValidPolicy(text, 'trust');
  requireWithin(QUOTAS.trustPolicySize, policySize(text));
  const trustedIds = await resolveTrustedIds(store, awsPrincipalsOf(document));
  return { trustPolicy: text, trustedIds, trusts: trustedKeysOf(text, trustedIds) };
}

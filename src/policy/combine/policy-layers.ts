import type { PolicySet } from '../compile/policy-set.ts';
import type { TrustedIds } from '../match/principal-matcher.ts';

/** All policies that apply to a request, by layer. */
export interface PolicyLayers {
  /** The caller's own policies and those of its groups. */
  readonly identity: PolicySet;
  /** The permissions boundary; `missing` if one is set but its policy cannot be found. */
  readonly boundary?: PolicySet | 'missing';
  /** Session policies, inline and managed combined. */
  readonly session?: PolicySet;
  /** The resource's policy. For a role it is the trust policy, which must always allow. */
  readonly resource?: ResourcePolicies;
  /**
   * Service control policies of the caller's account, one set per level from the root of the organisation's tree to
   * the account. Every level must allow. Absent if none apply: outside an organisation, for its management account
   * and for service-linked roles.
   */
  readonly serviceControl?: readonly PolicySet[];
  /** Resource control policies of the account that owns the resource, by level as above. They apply to every caller. */
  readonly resourceControl?: readonly PolicySet[];
}

export interface ResourcePolicies {
  readonly kind: 'trust' | 'resource';
  readonly policies: PolicySet;
  /**
   * The unique ids of the principals named by ARN, as of when the policy was saved. An ARN in this map matches only
   * that id, so that a user recreated under the same name is not trusted in place of the original.
   */
  readonly trustedIds?: TrustedIds;
}

import type { PolicySet } from '../compile/policy-set.ts';
import type { TrustedIds } from '../match/principal-matcher.ts';

/** All policies that apply to a request, by what they belong to. */
export interface PolicyLayers {
  /** Of the caller: its own, and those of its groups. */
  readonly identity: PolicySet;
  /** The permissions boundary; `missing` where one is set but its policy cannot be found. */
  readonly boundary?: PolicySet | 'missing';
  /** Session policies, inline and managed together. */
  readonly session?: PolicySet;
  /** The policy of the resource. A role's trust policy is one that must always allow. */
  readonly resource?: ResourcePolicies;
  /**
   * Service control policies of the caller's account, by level of the organisation's tree from the root down to the account.
   * Every level must allow. Absent where none bind: outside an organisation, for its management account, for service-linked roles.
   */
  readonly serviceControl?: readonly PolicySet[];
  /** Resource control policies of the account that owns the resource, by level as above; they bind whoever asks. */
  readonly resourceControl?: readonly PolicySet[];
}

export interface ResourcePolicies {
  readonly kind: 'trust' | 'resource';
  readonly policies: PolicySet;
  /**
   * The unique ids that principals named by ARN had when the policy was saved. An ARN in this map is matched by that id alone,
   * so that a user made anew under an old name is not taken for the one that was trusted.
   */
  readonly trustedIds?: TrustedIds;
}

import type { Tag } from '../identity/documents/entity.ts';
import type { ContextValue, RequestPrincipal } from '../policy/request.ts';

/**
 * One thing that an operation wants to do, as policies see it. An operation may have several targets (creating a role with
 * tags, attaching a policy under a boundary); every one must be allowed.
 */
export interface Target {
  /** `service:Action`; most often the operation's own. */
  readonly action: string;
  /** The resource's ARN. For what does not exist: the ARN that it would have. */
  readonly resource: string;
  /**
   * How the sentence of a denial calls the resource where AWS does not say the ARN: as the request named it (`user alice`). So it
   * tells nobody whether it exists, nor its path.
   */
  readonly called?: string;
  /** The account that owns the resource. */
  readonly resourceAccountId: string;
  /** `aws:ResourceTag/*`, and `iam:ResourceTag/*` for users and roles. */
  readonly resourceTags?: readonly Tag[];
  /** `aws:RequestTag/*` and `aws:TagKeys`. */
  readonly requestTags?: readonly Tag[];
  /** Further condition keys of this action, by name in lower case (`iam:policyarn`, `sts:externalid`). */
  readonly conditions?: ReadonlyMap<string, ContextValue>;
  /** Of a role that is to be assumed: its trust policy, which decides as AWS's trust policies do. */
  readonly trustPolicy?: TrustPolicy;
  /**
   * Whether a setting of the account grants this where no identity policy does (`AllowUsersToChangePassword`). Explicit
   * denies, boundaries and session policies hold all the same.
   */
  readonly grantedByAccount?: boolean;
  /** For operations without signature: who the caller has shown to be (`AssumeRoleWithWebIdentity`). */
  readonly principal?: RequestPrincipal;
}

export interface TrustPolicy {
  readonly roleArn: string;
  /** The policy's text. */
  readonly document: string;
  /** The unique ids of the principals that it names by ARN (see the role's shape). */
  readonly trustedIds: Readonly<Record<string, string>> | undefined;
}

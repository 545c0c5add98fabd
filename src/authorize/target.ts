import type { SignInFacts } from '../identity/credentials/sign-in-facts.ts';
import type { Tag } from '../identity/documents/entity.ts';
import type { ContextValue, RequestPrincipal } from '../policy/request.ts';

/**
 * One action on one resource that an operation needs permission for. An operation may have several targets (creating
 * a role with tags, attaching a policy under a boundary). Every target must be allowed.
 */
export interface Target {
  /** `service:Action`; usually that of the operation itself. */
  readonly action: string;
  /** The resource's ARN. If the resource does not exist, the ARN that it would have. */
  readonly resource: string;
  /**
   * The name of the resource in a denial message, where AWS does not give the ARN: as the request named it (`user
   * alice`). This reveals neither whether the resource exists nor its path.
   */
  readonly called?: string;
  /** The account that owns the resource. */
  readonly resourceAccountId: string;
  /** The unique id of the resource if it is an existing user, for the audit index. */
  readonly userId?: string;
  /** `aws:ResourceTag/*`, and `iam:ResourceTag/*` for users and roles. */
  readonly resourceTags?: readonly Tag[];
  /** `rolecall:ResourcePrivileged`, for roles and groups: whether it is marked as privileged. Absent: no. */
  readonly isResourcePrivileged?: boolean;
  /** `aws:RequestTag/*` and `aws:TagKeys`. */
  readonly requestTags?: readonly Tag[];
  /** Further condition keys of this action, by lower-case name (`iam:policyarn`, `sts:externalid`). */
  readonly conditions?: ReadonlyMap<string, ContextValue>;
  /** The trust policy of a role to be assumed, evaluated as in AWS. */
  readonly trustPolicy?: TrustPolicy;
  /**
   * Whether an account setting grants this target if no identity policy does (`AllowUsersToChangePassword`). Explicit
   * denies, boundaries and session policies still apply.
   */
  readonly grantedByAccount?: boolean;
  /** Whether the target also asks for a fresh factor that cannot be phished, because of who or what it is about. */
  readonly isPrivileged?: boolean;
  /** The unique id of the role that the call opens a session of. */
  readonly opensRoleId?: string;
  /** For unsigned operations: the sign-in at this server that the caller has proven. */
  readonly signIn?: SignInFacts;
  /** For unsigned operations: the unique id of the user, or the account id of the root user, who signed in. */
  readonly person?: string;
  /** For unsigned operations: the principal that the caller has proven to be (`AssumeRoleWithWebIdentity`). */
  readonly principal?: RequestPrincipal;
}

export interface TrustPolicy {
  readonly roleArn: string;
  /** The policy's text. */
  readonly document: string;
  /** The unique ids of the principals that the policy names by ARN (see the shape of the role). */
  readonly trustedIds: Readonly<Record<string, string>> | undefined;
}

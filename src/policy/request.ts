/** The values of one condition key: one, or several for a multi-valued key. */
export type ContextValue = string | readonly string[];

/**
 * The condition keys of a request that have a value, asked for by their name in lower case (`aws:principaltag/team`).
 * A Map is one; the live engine has one that works values out only when a policy asks.
 */
export interface RequestContext {
  get(lowerCaseKey: string): ContextValue | undefined;
}

/** As `aws:PrincipalType` says it; `Anonymous` for a request without credentials. */
export type PrincipalType =
  | 'Account'
  | 'User'
  | 'AssumedRole'
  | 'FederatedUser'
  | 'WebIdentity'
  | 'SAML'
  | 'Service'
  | 'Anonymous';

/** Who asks, as far as policies tell principals apart. */
export interface RequestPrincipal {
  readonly type: PrincipalType;
  /** The caller's ARN: of the user, of the session (`arn:aws:sts::…:assumed-role/…`), of the root user. Empty for WebIdentity, SAML, Service and Anonymous. */
  readonly arn: string;
  readonly accountId: string;
  /** The unique id of the user or role (`AIDA…`, `AROA…`), of an account its id. */
  readonly uniqueId: string;
  /** For a role session: the role's ARN (with its path). */
  readonly roleArn?: string;
  /** For a federated user: the ARN of the IAM user who asked for the session. */
  readonly userArn?: string;
  /** For WebIdentity and SAML: the provider's ARN, and any other name that `Federated` may give it. */
  readonly federated?: readonly string[];
  /** For Service: its names (`ec2.amazonaws.com`). */
  readonly services?: readonly string[];
}

/** What is asked of the engine: may this principal do this action on this resource, in this context? */
export interface AuthorizationRequest {
  readonly principal: RequestPrincipal;
  /** `service:Action`. */
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccountId: string;
  readonly context: RequestContext;
}

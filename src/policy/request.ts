/** The value of one condition key: a single one, or several for a multivalued key. */
export type ContextValue = string | readonly string[];

/**
 * The condition keys of a request that have a value, looked up by lower-case name (`aws:principaltag/team`). A `Map`
 * fits. The live engine uses an implementation that computes values only when a policy asks for them.
 */
export interface RequestContext {
  get(lowerCaseKey: string): ContextValue | undefined;
}

/** The values of `aws:PrincipalType`; `Anonymous` for a request without credentials. */
export type PrincipalType =
  | 'Account'
  | 'User'
  | 'AssumedRole'
  | 'FederatedUser'
  | 'WebIdentity'
  | 'SAML'
  | 'Certificate'
  | 'CustomToken'
  | 'Directory'
  | 'Service'
  | 'Anonymous';

/** The caller, with everything that policies use to tell principals apart. */
export interface RequestPrincipal {
  readonly type: PrincipalType;
  /** ARN of the user, session (`arn:aws:sts::…:assumed-role/…`) or root user. Empty for identities from outside, Service and Anonymous. */
  readonly arn: string;
  readonly accountId: string;
  /** The unique id of the user or role (`AIDA…`, `AROA…`), or the account id of an account. */
  readonly uniqueId: string;
  /** For a role session: the role's ARN, including its path. */
  readonly roleArn?: string;
  /** For a federated user: the ARN of the IAM user who requested the session. */
  readonly userArn?: string;
  /** For identities from outside (WebIdentity, SAML, Certificate, CustomToken, Directory): the provider's ARN, and any other name that `Federated` may use for it. */
  readonly federated?: readonly string[];
  /** For Service: its service principals (`ec2.amazonaws.com`). */
  readonly services?: readonly string[];
}

/** The question for the engine: may this principal perform this action on this resource, in this context? */
export interface AuthorizationRequest {
  readonly principal: RequestPrincipal;
  /** `service:Action`. */
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccountId: string;
  readonly context: RequestContext;
}

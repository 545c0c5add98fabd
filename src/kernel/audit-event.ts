/** The outcome of a request. `denied`: by policy; `refused`: not authenticated, or a bad request; `failed`: a server error. */
export type AuditOutcome = 'allowed' | 'denied' | 'refused' | 'failed';

/** Who made the request, including the role session's origin. No field ever holds a secret, a token or a password. */
export interface AuditActor {
  /** The values of `aws:PrincipalType` (Account is the root user), plus Person for a sign-in and Anonymous before sign-in. */
  readonly type:
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
    | 'Person'
    | 'Anonymous';
  readonly arn?: string;
  readonly accountId?: string;
  readonly principalId?: string;
  readonly accessKeyId?: string;
  /** For a role session: the role that issued it; for a federated user: the user who requested the session. */
  readonly sessionIssuerArn?: string;
  readonly sessionName?: string;
  /** For a root user's session that an administrator of its organization opened (`AssumeRoot`). */
  readonly assumedRoot?: true;
  readonly sourceIdentity?: string;
  /** For delegated credentials: the account that uses them. The other members are those of the approver. */
  readonly delegateAccountId?: string;
  /** For a web identity: the provider, and the subject that it assigned. */
  readonly identityProvider?: string;
  readonly subject?: string;
}

/** Why a call was allowed or denied. */
export interface AuditDecision {
  /** The policy layer that granted or denied the call. */
  readonly layer: string;
  /** For a service or resource control policy: the level in the organisation tree; 0 is the root. */
  readonly level?: number;
  /** For a denial: `explicit-deny`, `no-allow`, `missing-policy` or `unreadable-policy`. */
  readonly cause?: string;
  /** For a denial: the action and resource that were denied. A call may need several permissions. */
  readonly action?: string;
  readonly resource?: string;
  /** The policy and statement (its Sid, or `#` and its position) that decided. Absent if nothing allowed the call. */
  readonly policy?: string;
  readonly statement?: string;
  /**
   * For a web identity or SAML login that the role's trust policy does not let in: the statement that came closest, and every part of it
   * that did not match. Long values are shortened.
   */
  readonly closest?: { readonly statement: string; readonly unmet: readonly UnmetPart[] };
}

/** A part of a statement that did not match. */
export interface UnmetPart {
  readonly part: 'action' | 'resource' | 'principal' | 'condition';
  /** Of a condition. */
  readonly operator?: string;
  readonly key?: string;
  readonly wanted: readonly string[];
  /** What the request had; absent if it had nothing. */
  readonly actual?: string | readonly string[];
}

/** The region of events that belong to none, as in AWS: those of IAM, of sign-ins, and of STS without a signature. */
export const GLOBAL_REGION = 'us-east-1';

/** An audit event: an operation, a sign-in or a denial. Written once, never changed. */
export interface AuditEvent {
  /** Unique, and begins with the time (see `eventIdMaker`). It must come first, so that the time can be read without parsing the JSON. */
  readonly eventId: string;
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  /** For example `iam`, `sts`, `rolecall`, `sign-in`. */
  readonly eventSource: string;
  /** The operation or step, for example `CreateUser`, `PasswordSignIn`. */
  readonly eventName: string;
  readonly readOnly: boolean;
  /** For a call of STS: the region that it was signed for, unless that is `us-east-1`. */
  readonly region?: string;
  /** The account whose audit log holds the event. */
  readonly accountId?: string;
  readonly actor: AuditActor;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** How the caller authenticated, for example `sigv4`, `password`, `web-identity`, `saml`, `certificate`, `custom-token` or `ldap`, and whether MFA was used. */
  readonly authentication: { readonly method: string; readonly mfa: boolean };
  readonly resources: readonly string[];
  /**
   * The unique ids of the people whose sign-in or access the event changed, where that is not simply the actor: users, and for a root
   * user the account. Ids, because a later user of the same name must not read about the former one.
   */
  readonly people?: readonly string[];
  /** The request's input, without secrets; documents and tokens are shortened. */
  readonly request?: Readonly<Record<string, unknown>>;
  /** What a change made, or the access key that STS issued: names, ids and dates, without secrets and documents. Absent if there is none. */
  readonly response?: Readonly<Record<string, unknown>>;
  /** Set on what should be rare enough to raise an alarm each time. `root-use`: the root user signed in, or called something. */
  readonly alarm?: 'root-use';
  readonly outcome: AuditOutcome;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Set if policies decided the outcome. */
  readonly decision?: AuditDecision;
  readonly requestId: string;
}

/**
 * Writes an event to the audit log. Resolves when the event is durable. Callers need not wait for the events of reads;
 * a mutation is acknowledged only after its event is durable. If the promise is not awaited, its rejection can be ignored:
 * the audit log reports its own faults.
 */
export type RecordAuditEvent = (event: AuditEvent) => Promise<void>;

/** An event as it is written to the audit log: its JSON, and the fields that the log needs without parsing it. */
export interface AuditLine {
  readonly eventId: string;
  readonly accountId: string | undefined;
  /** Whether the response waits until the event is durable. For allowed reads, the response is sent first. */
  readonly isAwaited: boolean;
  /**
   * The JSON of an {@link AuditEvent} in UTF-8; begins with the event id. It may be a view that is only valid until the next line
   * is made, so copy it to keep it.
   */
  readonly json: Buffer;
  /** By what the audit index finds it; absent for most events. */
  readonly terms?: readonly string[] | undefined;
}

/** Like {@link RecordAuditEvent}, for callers that already have the event's JSON. */
export type RecordAuditLine = (line: AuditLine) => Promise<void>;

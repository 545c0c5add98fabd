/** What came of what was tried. `denied`: by policy; `refused`: not authenticated, or a bad request; `failed`: our fault. */
export type AuditOutcome = 'allowed' | 'denied' | 'refused' | 'failed';

/** Who acted, through the whole chain. No field ever holds a secret, a token or a password. */
export interface AuditActor {
  /** As `aws:PrincipalType`: Account (root), User, AssumedRole, FederatedUser; Person for a sign-in, Anonymous before one. */
  readonly type:
    | 'Account'
    | 'User'
    | 'AssumedRole'
    | 'FederatedUser'
    | 'WebIdentity'
    | 'Service'
    | 'Person'
    | 'Anonymous';
  readonly arn?: string;
  readonly accountId?: string;
  readonly principalId?: string;
  readonly accessKeyId?: string;
  /** For a role session: the role that issued it. */
  readonly sessionIssuerArn?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  /** For a web identity: the provider and the subject there. */
  readonly identityProvider?: string;
  readonly subject?: string;
}

/** Why a call was allowed or denied. */
export interface AuditDecision {
  /** The layer of policies that granted it, or that denied. */
  readonly layer: string;
  /** Of a service or resource control policy: the level of the organisation's tree, 0 for its root. */
  readonly level?: number;
  /** Of a denial: `explicit-deny`, `no-allow`, `missing-policy`, `unreadable-policy`. */
  readonly cause?: string;
  /** Of a denial: what was asked for; a call may need several permissions. */
  readonly action?: string;
  readonly resource?: string;
  /** The policy and the statement (its Sid, or `#` and its place) that decided; none where none allows. */
  readonly policy?: string;
  readonly statement?: string;
}

/** One record of what happened: an operation, a sign-in, a denial. Written once, never changed. */
export interface AuditEvent {
  /** Unique, and begins with the time (see `eventIdMaker`). Put it first, so that an event's JSON tells its time unparsed. */
  readonly eventId: string;
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  /** For example `iam`, `sts`, `oidc`, `sign-in`. */
  readonly eventSource: string;
  /** The operation or step, for example `CreateUser`, `PasswordSignIn`. */
  readonly eventName: string;
  readonly readOnly: boolean;
  /** The account in whose record the event stands. */
  readonly accountId?: string;
  readonly actor: AuditActor;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** How the caller proved who it is, for example `sigv4`, `password`, `web-identity`; with MFA where that was given. */
  readonly authentication: { readonly method: string; readonly mfa: boolean };
  readonly resources: readonly string[];
  /** What was asked for: the input without secrets, documents and tokens shortened away. */
  readonly request?: Readonly<Record<string, unknown>>;
  readonly outcome: AuditOutcome;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** What decided, where policies did. */
  readonly decision?: AuditDecision;
  readonly requestId: string;
}

/**
 * Takes an event for the record. Resolves when the event is durable. Reads may be recorded without waiting;
 * a mutation is acknowledged only after its event is durable. A rejection that nobody awaits is nobody's to handle: the record
 * reports its own faults.
 */
export type RecordAuditEvent = (event: AuditEvent) => Promise<void>;

/** An event as it goes on record: its JSON, and what the record has to know of it unparsed. */
export interface AuditLine {
  readonly eventId: string;
  readonly accountId: string | undefined;
  /** Whether an answer waits until it is durable: allowed reads go on record behind theirs. */
  readonly isAwaited: boolean;
  /**
   * JSON of an {@link AuditEvent} in UTF-8; begins with the event id. It may be a view that holds until the next line is made:
   * whoever keeps it copies it.
   */
  readonly json: Buffer;
}

/** As {@link RecordAuditEvent}, for who has the event's JSON at hand. */
export type RecordAuditLine = (line: AuditLine) => Promise<void>;

import type { Verdict } from '../authorize/authorizer.ts';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { AuditActor, AuditDecision, AuditEvent, AuditOutcome } from '../kernel/audit-event.ts';
import type { ServiceError } from '../kernel/service-error.ts';

/** What is known of a call when its audit event is written. */
export interface AuditFacts {
  readonly eventId: string;
  readonly requestId: string;
  readonly now: number;
  readonly service: string;
  readonly operation: string;
  readonly readOnly: boolean;
  readonly caller: Caller | undefined;
  /** Whose credentials the request claimed, where it did not prove it. */
  readonly claimed: Caller | undefined;
  readonly source: RequestSource;
  readonly targets: readonly Target[];
  readonly input: object | undefined;
  /** What stopped the call, if anything did. */
  readonly error: ServiceError | undefined;
  /** The last decision that was made for it. */
  readonly verdict: Verdict | undefined;
}

/** An event while it is put together; members that are not known stay away from its JSON. */
type Writable<Shape> = { -readonly [Member in keyof Shape]: Shape[Member] };

const USER_AGENT_LIMIT = 512;

/**
 * The audit event of a call of the wire API. Every call makes one, so it is put together member by member: spreading optional
 * members costs several times as much.
 */
export function auditEvent(facts: AuditFacts): AuditEvent {
  const { caller, claimed, source, targets, error, verdict } = facts;
  const event: Writable<AuditEvent> = {
    eventId: facts.eventId,
    eventTime: new Date(facts.now).toISOString(),
    eventSource: facts.service,
    eventName: facts.operation,
    readOnly: facts.readOnly,
    actor: caller === undefined ? strangerOf(claimed, targets) : actorOf(caller),
    sourceIp: source.ip,
    authentication: authenticationOf(caller ?? claimed, targets),
    resources: resourcesOf(targets),
    outcome: outcomeOf(error),
    requestId: facts.requestId,
  };
  const accountId = (caller ?? claimed)?.accountId ?? targets[0]?.resourceAccountId;
  if (accountId !== undefined) event.accountId = accountId;
  if (source.userAgent !== undefined) event.userAgent = source.userAgent.slice(0, USER_AGENT_LIMIT);
  if (facts.input !== undefined) event.request = redactInput(facts.input);
  if (verdict !== undefined) event.decision = decisionOf(verdict);
  if (error !== undefined) {
    event.errorCode = error.code;
    event.errorMessage = error.message;
  }
  return event;
}

function outcomeOf(error: ServiceError | undefined): AuditOutcome {
  if (error === undefined) return 'allowed';
  if (error.fault === 'Receiver') return 'failed';
  return error.code === 'AccessDenied' ? 'denied' : 'refused';
}

function decisionOf({ request, decision }: Verdict): AuditDecision {
  const reason: Writable<AuditDecision> = { layer: decision.layer };
  if (decision.level !== undefined) reason.level = decision.level;
  if (!decision.allowed) {
    reason.cause = decision.cause;
    reason.action = request.action;
    reason.resource = request.resource;
  }
  const [statement] = decision.statements;
  if (statement !== undefined) {
    reason.policy = statement.source.id;
    reason.statement = statement.sid ?? `#${statement.index}`;
  }
  return reason;
}

function resourcesOf(targets: readonly Target[]): readonly string[] {
  const [first, ...more] = targets;
  if (first === undefined) return [];
  return more.length === 0 ? [first.resource] : [...new Set(targets.map((target) => target.resource))];
}

function actorOf(caller: Caller): AuditActor {
  const { session } = caller;
  const actor: Writable<AuditActor> = {
    type: caller.type,
    arn: caller.arn,
    accountId: caller.accountId,
    principalId: caller.userId,
    accessKeyId: caller.accessKeyId,
  };
  if (caller.type === 'AssumedRole') {
    actor.sessionIssuerArn = caller.roleArn;
    actor.sessionName = caller.sessionName;
  }
  if (session?.sourceIdentity !== undefined) actor.sourceIdentity = session.sourceIdentity;
  if (session?.federatedProvider !== undefined) actor.identityProvider = session.federatedProvider;
  return actor;
}

/** Who has not proven to be a caller: whoever used an access key wrongly, the bearer of a web identity, or nobody known. */
function strangerOf(claimed: Caller | undefined, targets: readonly Target[]): AuditActor {
  if (claimed !== undefined) {
    return { type: 'Anonymous', accountId: claimed.accountId, accessKeyId: claimed.accessKeyId };
  }
  const principal = targets[0]?.principal;
  if (principal === undefined) return { type: 'Anonymous' };
  const [identityProvider] = principal.federated ?? [];
  return {
    type: 'WebIdentity',
    principalId: principal.uniqueId,
    ...(identityProvider !== undefined && { identityProvider }),
  };
}

function authenticationOf(caller: Caller | undefined, targets: readonly Target[]): AuditEvent['authentication'] {
  if (caller !== undefined) return { method: 'sigv4', mfa: caller.session?.mfaAuthenticatedAt !== undefined };
  return { method: targets[0]?.principal === undefined ? 'none' : 'web-identity', mfa: false };
}

/** Members that hold secrets or codes, whether or not their shape says so. */
const SECRET_MEMBER = /password|secret|token|authenticationcode|assertion|seed|privatekey/i;
/** Longer texts (policy documents) are cut; the length that they had is told. */
const TEXT_LIMIT = 2048;
const LIST_LIMIT = 100;

/** The input as it goes on record: secrets left out, long texts cut, by names of members at any depth. */
export function redactInput(input: object): Readonly<Record<string, unknown>> {
  const redacted: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined) continue;
    redacted[member] = SECRET_MEMBER.test(member) ? '[redacted]' : redactValue(value);
  }
  return redacted;
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length > TEXT_LIMIT ? `${value.slice(0, TEXT_LIMIT)}… (${value.length} characters)` : value;
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (Array.isArray(value)) return value.slice(0, LIST_LIMIT).map(redactValue);
  return typeof value === 'object' && value !== null ? redactInput(value) : value;
}

import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { AuditActor, AuditEvent, AuditOutcome } from '../kernel/audit-event.ts';

/** What is known of a call when its audit event is written. */
export interface AuditFacts {
  readonly eventId: string;
  readonly requestId: string;
  readonly now: number;
  readonly service: string;
  readonly operation: string;
  readonly readOnly: boolean;
  readonly caller: Caller | undefined;
  readonly source: RequestSource;
  readonly targets: readonly Target[];
  readonly request: Readonly<Record<string, unknown>> | undefined;
  readonly outcome: AuditOutcome;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly decision?: AuditEvent['decision'];
}

/** The audit event of a call of the wire API. */
export function auditEvent(facts: AuditFacts): AuditEvent {
  const { caller, source, targets, decision, errorCode, errorMessage } = facts;
  const accountId = caller?.accountId ?? targets[0]?.resourceAccountId;
  return {
    eventId: facts.eventId,
    eventTime: new Date(facts.now).toISOString(),
    eventSource: facts.service,
    eventName: facts.operation,
    readOnly: facts.readOnly,
    ...(accountId !== undefined && { accountId }),
    actor: caller === undefined ? webIdentityActor(targets) : actorOf(caller),
    sourceIp: source.ip,
    ...(source.userAgent !== undefined && { userAgent: source.userAgent.slice(0, USER_AGENT_LIMIT) }),
    authentication: authenticationOf(caller, targets),
    resources: [...new Set(targets.map((target) => target.resource))],
    ...(facts.request && { request: facts.request }),
    outcome: facts.outcome,
    ...(errorCode !== undefined && { errorCode }),
    ...(errorMessage !== undefined && { errorMessage }),
    ...(decision && { decision }),
    requestId: facts.requestId,
  };
}

const USER_AGENT_LIMIT = 512;

function actorOf(caller: Caller): AuditActor {
  const { type, arn, accountId, userId, accessKeyId, session } = caller;
  return {
    type,
    arn,
    accountId,
    principalId: userId,
    accessKeyId,
    ...(caller.type === 'AssumedRole' && { sessionIssuerArn: caller.roleArn, sessionName: caller.sessionName }),
    ...(session?.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
    ...(session?.federatedProvider !== undefined && { identityProvider: session.federatedProvider }),
  };
}

function webIdentityActor(targets: readonly Target[]): AuditActor {
  const principal = targets[0]?.principal;
  if (principal === undefined) return { type: 'Anonymous' };
  return {
    type: 'WebIdentity',
    principalId: principal.uniqueId,
    ...(principal.federated?.[0] !== undefined && { identityProvider: principal.federated[0] }),
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

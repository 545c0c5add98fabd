import type { Verdict } from '../authorize/authorizer.ts';
import { closestTrust } from '../authorize/closest-trust.ts';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import { personTerm } from '../identity/activity/activity-terms.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import {
  type AuditActor,
  type AuditDecision,
  type AuditEvent,
  type AuditLine,
  type AuditOutcome,
  GLOBAL_REGION,
} from '../kernel/audit-event.ts';
import type { ServiceError } from '../kernel/service-error.ts';
import { TextBuffer } from '../kernel/text-buffer.ts';
import type { AuthenticationMethod } from './progress.ts';
import { activityOfCall } from './recorded/call-activity.ts';
import { recordedInput } from './recorded/recorded-input.ts';
import { recordedResponse } from './recorded/recorded-output.ts';

/** The facts about a call when its audit event is written. */
export interface AuditFacts {
  readonly eventId: string;
  readonly requestId: string;
  readonly now: number;
  readonly service: string;
  readonly operation: string;
  readonly readOnly: boolean;
  /** How the caller authenticated. */
  readonly method: AuthenticationMethod;
  readonly caller: Caller | undefined;
  /** The owner of the credentials that the request claimed but did not prove. */
  readonly claimed: Caller | undefined;
  /** The account that a call without a caller concerns, if known. */
  readonly concernedAccount: string | undefined;
  readonly source: RequestSource;
  readonly targets: readonly Target[];
  readonly input: object | undefined;
  /** What the operation returned; absent if it failed. */
  readonly output: object | undefined;
  /** The input members to show, for an operation that lists its own. */
  readonly auditedInput: ReadonlySet<string> | undefined;
  /** The error that stopped the call, if any. */
  readonly error: ServiceError | undefined;
  /** The last decision made for the call. */
  readonly verdict: Verdict | undefined;
  /** The number of calls that the event represents; absent if it represents one. */
  readonly count?: number;
}

/** A member of an event under construction. Unknown members are left out of its JSON. */
type Writable<Shape> = { -readonly [Member in keyof Shape]: Shape[Member] };
type ActorMembers = Writable<Pick<AuditEvent, 'accountId' | 'actor' | 'authentication' | 'alarm'>>;
type CallMembers = Writable<
  Pick<AuditEvent, 'resources' | 'request' | 'response' | 'decision' | 'outcome' | 'errorCode' | 'errorMessage'>
>;

/** The part of a line that describes the caller and its address, as bytes. */
interface KnownCaller {
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly text: Buffer;
}

const USER_AGENT_LIMIT = 512;
/** The buffer size for a line of typical length. */
const LINE_BYTES = 2048;

/** Creates the audit event of a call. */
export type MakeAuditLine = (facts: AuditFacts) => AuditLine;

/**
 * Creates the audit events for calls of the wire API. Every call has one, so events are built as bytes, and the
 * description of the caller is rendered again only when it changes. This is much cheaper than building an object and
 * its JSON.
 */
export function auditLineMaker(): MakeAuditLine {
  const knownCallers = new WeakMap<Caller, KnownCaller>();
  const timeText = isoTimes();
  const line = new TextBuffer(LINE_BYTES);

  function appendCaller(facts: AuditFacts): void {
    const { caller, source } = facts;
    if (caller === undefined) {
      line.append(callerText(facts));
      return;
    }
    let known = knownCallers.get(caller);
    if (known === undefined || known.ip !== source.ip || known.userAgent !== source.userAgent) {
      known = { ip: source.ip, userAgent: source.userAgent, text: Buffer.from(callerText(facts)) };
      knownCallers.set(caller, known);
    }
    line.appendBytes(known.text);
  }

  return (facts) => {
    const { eventId, requestId, service, operation, readOnly, caller, claimed, targets, error, source } = facts;
    line.clear();
    // Our own ids and names go in unescaped: none of their characters needs escaping.
    line.append(
      `{"eventId":"${eventId}","eventTime":"${timeText(facts.now)}","eventSource":"${service}","eventName":"${operation}","readOnly":${readOnly},"requestId":"${requestId}"`,
    );
    const activity = activityOfCall(facts);
    if (facts.service === 'sts' && source.region !== undefined && source.region !== GLOBAL_REGION)
      line.append(`,"region":${JSON.stringify(source.region)}`);
    if (activity?.names === true) line.append(`,"people":${JSON.stringify(activity.people)}`);
    appendCaller(facts);
    if (isPlain(facts)) line.appendBytes(PLAIN);
    else line.append(`${membersOf(callMembersOf(facts))}}`);
    return {
      eventId,
      accountId: (caller ?? claimed)?.accountId ?? targets[0]?.resourceAccountId ?? facts.concernedAccount,
      isAwaited: !readOnly || error !== undefined,
      json: line.bytes(),
      terms: activity?.people.map(personTerm),
    };
  };
}

/** The members that describe the caller and its address, with a comma before and after them. */
function callerText(facts: AuditFacts): string {
  const {
    caller,
    method,
    source: { ip, userAgent },
  } = facts;
  const agent = userAgent === undefined ? '' : `,"userAgent":${JSON.stringify(userAgent.slice(0, USER_AGENT_LIMIT))}`;
  const members = caller === undefined ? strangerFacts(facts) : callerFacts(caller, method);
  return `,"sourceIp":${JSON.stringify(ip)}${agent},${membersOf(members)},`;
}

/** The end of a line for a call without parameters or targets, rendered once because GetCallerIdentity is called so often. */
const PLAIN = Buffer.from(`${membersOf({ resources: [], outcome: 'allowed', request: {} })}}`);

/** Whether the call was allowed, had no parameters and needed no permission. */
function isPlain({ targets, input, verdict, error, count }: AuditFacts): boolean {
  if (targets.length > 0 || verdict !== undefined || error !== undefined || count !== undefined) return false;
  return input !== undefined && Object.keys(input).length === 0;
}

/** The members of an object as JSON, without the braces. */
function membersOf(part: ActorMembers | CallMembers): string {
  return JSON.stringify(part).slice(1, -1);
}

/** ISO 8601 in UTC. Calls in the same millisecond share one string. */
function isoTimes(): (time: number) => string {
  let last = Number.NaN;
  let text = '';
  return (time) => {
    if (time !== last) {
      text = new Date(time).toISOString();
      last = time;
    }
    return text;
  };
}

function callerFacts(caller: Caller, method: AuthenticationMethod): ActorMembers {
  const mfa = caller.session?.mfaAuthenticatedAt !== undefined;
  const members = { accountId: caller.accountId, actor: actorOf(caller), authentication: { method, mfa } };
  return caller.type === 'Account' ? { ...members, alarm: 'root-use' } : members;
}

function strangerFacts({ claimed, targets, concernedAccount }: AuditFacts): ActorMembers {
  const members: ActorMembers = { actor: strangerOf(claimed, targets), authentication: claimedBy(claimed, targets) };
  const accountId = claimed?.accountId ?? targets[0]?.resourceAccountId ?? concernedAccount;
  if (accountId !== undefined) members.accountId = accountId;
  return members;
}

/** Size limits in characters for auditing a refused call, because anyone can send one. */
const MESSAGE_LIMIT = 1024;
const REQUEST_LIMIT = 2048;
const RESOURCE_LIMIT = 512;
const RESOURCES_LIMIT = 4;

function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;
}

/** The input of a refused call. Members beyond the size limit are replaced by their length. */
function boundRequest(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let room = REQUEST_LIMIT;
  const bounded: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(request)) {
    const length = JSON.stringify(value).length;
    const fits = length <= room;
    bounded[member] = fits ? value : `(${length} characters)`;
    if (fits) room -= length;
  }
  return bounded;
}

/** The request and its outcome. */
function callMembersOf(facts: AuditFacts): CallMembers {
  const { targets, input, auditedInput, verdict, error, count } = facts;
  const members: CallMembers = { resources: resourcesOf(targets), outcome: outcomeOf(error) };
  if (input !== undefined) {
    const recorded = recordedInput(input, auditedInput);
    members.request = error === undefined ? recorded : boundRequest(recorded);
  }
  if (count !== undefined) members.request = { ...members.request, count };
  const response = recordedResponse(facts);
  if (response !== undefined) members.response = response;
  if (verdict !== undefined) members.decision = decisionOf(verdict);
  if (error !== undefined) {
    members.errorCode = error.code;
    if (error.recordedMessage !== undefined) members.errorMessage = clip(error.recordedMessage, MESSAGE_LIMIT);
    members.resources = members.resources.slice(0, RESOURCES_LIMIT).map((resource) => clip(resource, RESOURCE_LIMIT));
  }
  return members;
}

function outcomeOf(error: ServiceError | undefined): AuditOutcome {
  if (error === undefined) return 'allowed';
  if (error.fault === 'Receiver') return 'failed';
  return error.code === 'AccessDenied' ? 'denied' : 'refused';
}

function decisionOf(verdict: Verdict): AuditDecision {
  const { request, decision } = verdict;
  const reason: Writable<AuditDecision> = { layer: decision.layer };
  if (decision.level !== undefined) reason.level = decision.level;
  if (!decision.allowed) {
    reason.cause = decision.cause;
    reason.action = request.action;
    reason.resource = request.resource;
    const closest = closestTrust(verdict);
    if (closest !== undefined) reason.closest = closest;
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

export function actorOf(caller: Caller): AuditActor {
  const { session } = caller;
  const actor: Writable<AuditActor> = {
    type: caller.type,
    arn: caller.arn,
    accountId: caller.accountId,
    principalId: caller.userId,
  };
  // A signed-in browser uses no access key.
  if (caller.accessKeyId !== '') actor.accessKeyId = caller.accessKeyId;
  if (caller.type === 'AssumedRole') {
    actor.sessionIssuerArn = caller.roleArn;
    actor.sessionName = caller.sessionName;
  } else if (caller.type === 'FederatedUser') {
    actor.sessionIssuerArn = caller.userArn;
    actor.sessionName = caller.sessionName;
  }
  if (session?.assumedRoot !== undefined) actor.assumedRoot = true;
  if (session?.sourceIdentity !== undefined) actor.sourceIdentity = session.sourceIdentity;
  if (session?.delegation !== undefined) actor.delegateAccountId = session.delegation.requestorAccountId;
  if (session?.federatedProvider !== undefined) actor.identityProvider = session.federatedProvider;
  return actor;
}

/** An unauthenticated caller: one that failed to prove an access key, the bearer of a web identity or a SAML assertion, or an unknown one. */
function strangerOf(claimed: Caller | undefined, targets: readonly Target[]): AuditActor {
  if (claimed !== undefined) {
    return { type: 'Anonymous', accountId: claimed.accountId, accessKeyId: claimed.accessKeyId };
  }
  const principal = targets[0]?.principal;
  if (principal === undefined) return { type: 'Anonymous' };
  const [identityProvider] = principal.federated ?? [];
  return {
    type: isOutside(principal.type) ? principal.type : 'WebIdentity',
    principalId: principal.uniqueId,
    ...(identityProvider !== undefined && { identityProvider }),
  };
}

/** How an unauthenticated caller tried to authenticate. */
function claimedBy(claimed: Caller | undefined, targets: readonly Target[]): AuditEvent['authentication'] {
  if (claimed !== undefined) return { method: 'sigv4', mfa: claimed.session?.mfaAuthenticatedAt !== undefined };
  const principal = targets[0]?.principal;
  const type = principal?.type;
  const method = type === undefined ? 'none' : isOutside(type) ? OUTSIDE_METHODS[type] : 'web-identity';
  return { method, mfa: false };
}

/** How each kind of identity from outside is proven. */
const OUTSIDE_METHODS = {
  WebIdentity: 'web-identity',
  SAML: 'saml',
  Certificate: 'certificate',
  CustomToken: 'custom-token',
  Directory: 'ldap',
} as const;

function isOutside(type: string): type is keyof typeof OUTSIDE_METHODS {
  return Object.hasOwn(OUTSIDE_METHODS, type);
}

import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import { type Authorizer, denialMessage, type Verdict } from '../authorize/authorizer.ts';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import { makeRequestId } from '../http/request-id.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { AuditEvent, RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { foldRepeats } from '../kernel/fold-repeats.ts';
import { makeEventId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { SignedRequest } from '../wire/sigv4/signed-request.ts';
import { auditEvent } from './audit.ts';
import type { Authenticate } from './authenticate.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import { asServiceError } from './error-table.ts';
import type { SignedCall } from './operation.ts';
import type { Registry, RegistryRow } from './registry.ts';
import { requireUsableSession } from './session-limits.ts';

/** A request of the wire API as it came in. */
export interface WireRequest extends SignedRequest {
  readonly ip: string;
  readonly secure: boolean;
}

export interface WireAnswer {
  readonly status: number;
  readonly requestId: string;
  /** XML. */
  readonly body: string;
}

/** A call that has been answered, for the metrics. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  readonly code: string;
  readonly seconds: number;
}

export interface PipelineDependencies {
  readonly registry: Registry;
  readonly authenticate: Authenticate;
  readonly authorizer: Authorizer;
  readonly authorizationMessages: AuthorizationMessages;
  readonly record: RecordAuditEvent;
  /** Back-pressure of the record: what to await before a call is taken on, if anything. */
  readonly whenRoom: () => Promise<void> | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: (call: ObservedCall) => void;
  /** Told of what nobody foresaw; the caller is told only the request id. */
  readonly fault: (error: unknown, facts: { readonly requestId: string; readonly operation: string }) => void;
}

export interface Pipeline {
  handle(request: WireRequest): Promise<WireAnswer>;
  /** Answers a request that was refused before it could be read. */
  refuse(error: ServiceError): WireAnswer;
  /** Puts on record what was counted and not yet recorded; for an orderly stop. */
  flush(): void;
}

/** What is known of a call so far; filled in step by step, so that whatever stops it, the record says all there is to say. */
interface Progress {
  readonly requestId: string;
  readonly now: number;
  readonly source: { -readonly [Fact in keyof RequestSource]: RequestSource[Fact] };
  envelope: Envelope | undefined;
  row: RegistryRow | undefined;
  caller: Caller | undefined;
  /** Whose credentials the request claims, before it has proven anything. */
  claimed: Caller | undefined;
  input: object | undefined;
  targets: readonly Target[];
  verdict: Verdict | undefined;
}

/** The one way in: every operation of the wire API goes through these steps, in this order. */
export function createPipeline(deps: PipelineDependencies): Pipeline {
  const { registry, authorizer } = deps;
  const strangers = foldRepeats<AuditEvent>((event, count) => {
    void deps.record(count === 1 ? event : { ...event, request: { ...event.request, count } });
  });

  async function run(request: WireRequest, progress: Progress): Promise<string> {
    const envelope = readEnvelope(request);
    progress.envelope = envelope;
    progress.row = registry.find(envelope);
    if (progress.row?.operation.authentication !== 'none') await authenticate(request, progress);
    const row = progress.row ?? registry.refuse(envelope);
    const input = row.codec.decode(envelope.form);
    progress.input = input;
    const { requestId, now, source, caller } = progress;
    // INVARIANT: `authenticate` leaves no caller out but in operations that take unsigned requests.
    const call = { requestId, now, source, caller } as SignedCall;
    const asked = row.operation.authorize(input, call);
    const { targets, subject } = asked instanceof Promise ? await asked : asked;
    progress.targets = targets;
    for (const target of targets) {
      const decided = authorizer.decide(call, target);
      const verdict = decided instanceof Promise ? await decided : decided;
      progress.verdict = verdict;
      if (!verdict.decision.allowed) throw accessDenied(verdict);
    }
    const handled: object | Promise<object> = row.operation.handle(input, call, subject);
    const output = handled instanceof Promise ? await handled : handled;
    const recorded = record(progress, undefined);
    // A mutation is acknowledged only once it is on record; reads go on record behind the answer.
    if (!row.operation.readOnly) await recorded;
    return row.codec.encode(output, progress.requestId);
  }

  function accessDenied(verdict: Verdict): ServiceError {
    const authorizationMessage = deps.authorizationMessages.encode(verdict);
    return new ServiceError('AccessDenied', denialMessage(verdict), { authorizationMessage });
  }

  async function authenticate(request: WireRequest, progress: Progress): Promise<void> {
    const authenticated = deps.authenticate(request, progress.now, (claimed) => {
      progress.claimed = claimed;
    });
    const { caller, region } = authenticated instanceof Promise ? await authenticated : authenticated;
    progress.source.region = region;
    progress.caller = caller;
    if (caller.session !== undefined && progress.row !== undefined) requireUsableSession(caller, progress.row);
  }

  function record(progress: Progress, error: ServiceError | undefined): Promise<void> {
    const { row, caller, claimed } = progress;
    if (row === undefined) return Promise.resolve();
    const isStranger = caller === undefined && error !== undefined;
    // Who shows nothing that is known here is only counted: there is no account that it would concern.
    if (isStranger && claimed === undefined && row.operation.authentication === 'signature') return Promise.resolve();
    // Member by member: spreading what is known so far would cost a read more than all else of its event.
    const event = auditEvent({
      eventId: makeEventId(progress.now, deps.random),
      requestId: progress.requestId,
      now: progress.now,
      source: progress.source,
      caller,
      claimed,
      input: progress.input,
      targets: progress.targets,
      service: row.service,
      operation: row.name,
      readOnly: row.operation.readOnly,
      error,
      verdict: progress.verdict,
    });
    if (!isStranger) return deps.record(event);
    // Strangers can come thousands of times a second, and nobody waits for what is put on record of them.
    strangers.note([event.sourceIp, row.name, error.code, claimed?.accessKeyId].join(' '), event);
    return Promise.resolve();
  }

  function renderError(error: ServiceError, requestId: string, service: string): WireAnswer {
    return { status: error.status, requestId, body: registry.encodeError(error, requestId, service) };
  }

  return {
    async handle(request) {
      const room = deps.whenRoom();
      if (room !== undefined) await room;
      const started = performance.now();
      const progress = beginProgress(request, deps);
      const { requestId } = progress;
      let answer: WireAnswer;
      let code = 'ok';
      try {
        answer = { status: 200, requestId, body: await run(request, progress) };
      } catch (thrown) {
        const operation = progress.row?.name ?? 'unknown';
        const error = asServiceError(thrown, (fault) => deps.fault(fault, { requestId, operation }));
        code = error.code;
        await record(progress, error).catch(() => undefined);
        answer = renderError(error, requestId, progress.row?.service ?? progress.envelope?.service ?? 'iam');
      }
      deps.observe({
        service: progress.row?.service ?? 'unknown',
        operation: progress.row?.name ?? 'unknown',
        code,
        seconds: (performance.now() - started) / 1000,
      });
      return answer;
    },
    flush: strangers.flush,
    refuse: (error) => renderError(error, makeRequestId(deps.random), 'iam'),
  };
}

/** So much of a header counts: policies may match patterns against it, and what nobody would send must not make that costly. */
const HEADER_LIMIT = 1024;

function beginProgress({ ip, secure, headers }: WireRequest, { clock, random }: PipelineDependencies): Progress {
  const text = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value.slice(0, HEADER_LIMIT) : undefined;
  };
  return {
    requestId: makeRequestId(random),
    now: clock.now(),
    source: { ip, secure, userAgent: text('user-agent'), referer: text('referer'), region: undefined },
    envelope: undefined,
    row: undefined,
    caller: undefined,
    claimed: undefined,
    input: undefined,
    targets: [],
    verdict: undefined,
  };
}

import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import { type Authorizer, denialMessage, type Verdict } from '../authorize/authorizer.ts';
import { requestIdMaker } from '../http/request-id.ts';
import type { RecordAuditLine } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { joinWithPauses } from '../kernel/pause.ts';
import type { Random } from '../kernel/random.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { answerFormat, CONTENT_TYPES } from '../wire/query/answer-format.ts';
import { isLongOutput } from '../wire/query/answer-pieces.ts';
import type { RequestHeaders } from '../wire/sigv4/signed-request.ts';
import { andThen } from './and-then.ts';
import type { Authenticate, Authenticated } from './authenticate.ts';
import { createCallRecord } from './call-record.ts';
import type { CallerLimit } from './caller-limit.ts';
import { envelopeReader, formOf } from './envelope.ts';
import { asServiceError } from './error-table.ts';
import type { Authorization } from './operation.ts';
import { beginProgress, type Progress, rowOf, signedCall, type WireRequest } from './progress.ts';
import type { ErrorRendering, Registry } from './registry.ts';
import { requireUsableSession } from './session-limits.ts';
import { type StrangerLimit, throttled } from './stranger-limit.ts';
import { type AwsRequest, refuseUnserved, signedService } from './unserved-service.ts';
import type { WireAnswer } from './wire-answer.ts';

/** An answered call, for the metrics. */
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
  /** If absent, callers are not limited. */
  readonly limit?: CallerLimit | undefined;
  readonly strangers: StrangerLimit;
  readonly record: RecordAuditLine;
  /** Back-pressure from the audit: a promise to await before accepting a call, if any. */
  readonly whenRoom: () => Promise<void> | undefined;
  /** The reason if the audit currently accepts no events; changes are then refused. */
  readonly recordRefusal: () => Error | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: (call: ObservedCall) => void;
  /** Whether messages about policies end with the place of the error, which AWS does not give. */
  readonly errorPositions: boolean;
  /** Called with unexpected errors; the caller only gets the request id. */
  readonly fault: (error: unknown, facts: { readonly requestId: string; readonly operation: string }) => void;
}

export interface Pipeline {
  /**
   * Answers a request. Returns a value rather than a promise if nothing has to be waited for, which is the steady
   * state. Never throws or rejects.
   */
  handle(request: WireRequest): WireAnswer | Promise<WireAnswer>;
  /** Answers a request that was refused before it was read. */
  refuse(error: ServiceError, headers: RequestHeaders): WireAnswer;
  /** Answers a request for an API or a path that is not served. */
  refuseUnserved(request: AwsRequest): WireAnswer;
  /** Writes events for calls that have only been counted so far; for an orderly shutdown. */
  flush(): void;
}

/** A step in handling a request. If it returns a promise, the next step waits for it. */
type Step = (call: Progress) => void | Promise<void>;

/** The single entry point: every operation of the wire API goes through these steps in this order. */
export function createPipeline(deps: PipelineDependencies): Pipeline {
  const { registry } = deps;
  const callRecord = createCallRecord(deps);
  const nextRequestId = requestIdMaker(deps.random);
  const steps: readonly Step[] = [
    open(deps),
    authenticate(deps),
    limit(deps),
    decode(deps),
    authorize,
    decide(deps),
    requireRecord(deps),
    handle,
    callRecord.allowed,
  ];

  function proceed(call: Progress, from: number): void | Promise<void> {
    const step = steps[from];
    if (step !== undefined) return andThen(step(call), () => proceed(call, from + 1));
  }

  function answered(call: Progress): WireAnswer | Promise<WireAnswer> {
    const { requestId, output, caller } = call;
    const { codec } = rowOf(call);
    const format = answerFormat(call.request.headers['accept']);
    const finish = (body: string): WireAnswer => {
      if (caller !== undefined) deps.limit?.charge(caller, body.length);
      observe(call, 'ok');
      return { status: 200, requestId, contentType: CONTENT_TYPES[format], body };
    };
    if (codec.pieces !== undefined && output !== undefined && isLongOutput(output)) {
      return joinWithPauses(codec.pieces(output, requestId, format)).then(finish);
    }
    return finish(format === 'json' ? codec.encodeJson(output, requestId) : codec.encode(output, requestId));
  }

  async function refused(call: Progress, thrown: unknown): Promise<WireAnswer> {
    const { requestId, row, envelope, request } = call;
    if (isForAnotherService(call)) {
      observe(call, 'InvalidAction');
      return refuseUnserved(request, requestId, registry.services);
    }
    const operation = row?.name ?? 'unknown';
    const found = asServiceError(thrown, (fault) => deps.fault(fault, { requestId, operation }));
    const error = isBeyondLimit(call, found) ? throttled(found) : found;
    const recorded = callRecord.refused(call, error).catch(() => undefined);
    // If the store failed, answer immediately: the audit event would only wait for the same store.
    if (error.code !== 'ServiceUnavailable') await recorded;
    observe(call, error.code);
    const format = answerFormat(request.headers['accept']);
    return renderError(error, { requestId, service: row?.service ?? envelope?.service ?? 'iam', format });
  }

  /**
   * Counts a refusal of an unauthenticated caller and tells whether it exceeds the limit. Unsigned operations have
   * been counted already.
   */
  function isBeyondLimit({ row, caller, request, now }: Progress, { code }: ServiceError): boolean {
    if (caller !== undefined || row?.operation.authentication === 'none') return false;
    return code !== 'ServiceUnavailable' && !deps.strangers.take(request.ip, now);
  }

  /** Whether the request names no operation of ours and is signed for a service that is not ours either. */
  function isForAnotherService({ row, envelope, request }: Progress): boolean {
    if (row !== undefined || envelope?.service !== undefined) return false;
    const service = signedService(request);
    return service !== undefined && !registry.services.has(service);
  }

  function observe({ row, started }: Progress, code: string): void {
    const seconds = (performance.now() - started) / 1000;
    deps.observe({ service: row?.service ?? 'unknown', operation: row?.name ?? 'unknown', code, seconds });
  }

  function renderError(error: ServiceError, rendering: ErrorRendering): WireAnswer {
    const { requestId, format } = rendering;
    const body = registry.encodeError(error, { ...rendering, isPlain: !deps.errorPositions });
    return { status: error.status, requestId, contentType: CONTENT_TYPES[format], body };
  }

  function begin(request: WireRequest): WireAnswer | Promise<WireAnswer> {
    const call = beginProgress(request, nextRequestId(), deps.clock.now());
    try {
      const answer = andThen(proceed(call, 0), () => answered(call));
      return answer instanceof Promise ? answer.catch((thrown: unknown) => refused(call, thrown)) : answer;
    } catch (thrown) {
      return refused(call, thrown);
    }
  }

  return {
    handle(request) {
      const room = deps.whenRoom();
      return room === undefined ? begin(request) : room.then(() => begin(request));
    },
    flush: callRecord.flush,
    refuse(error, headers) {
      const format = answerFormat(headers['accept']);
      return renderError(error, { requestId: nextRequestId(), service: 'iam', format });
    },
    refuseUnserved: (request) => refuseUnserved(request, nextRequestId(), registry.services),
  };
}

/** Reads which operation is requested. Only authenticated callers learn whether it exists. */
function open({ registry }: PipelineDependencies): Step {
  const readEnvelope = envelopeReader();
  return (call) => {
    call.envelope = readEnvelope(call.request);
    call.row = registry.find(call.envelope);
    call.request.bodyHash = call.envelope.bodyHash;
    return undefined;
  };
}

function authenticate(deps: PipelineDependencies): Step {
  function proven(call: Progress, { caller, region, rawQuery }: Authenticated): void {
    if (rawQuery !== undefined && call.envelope !== undefined) {
      call.envelope = { ...call.envelope, form: formOf({ ...call.request, rawQuery }) };
    }
    call.source.region = region;
    call.caller = caller;
    if (caller.session !== undefined && call.row !== undefined) requireUsableSession(caller, call.row);
  }
  return (call) => {
    if (call.row?.operation.authentication === 'none') {
      if (!deps.strangers.take(call.request.ip, call.now)) throw throttled();
      return undefined;
    }
    const authenticated = deps.authenticate(call.request, call.now, (claimed) => {
      call.claimed = claimed;
    });
    return andThen(authenticated, (by) => proven(call, by));
  };
}

/** Counts a call against its caller's limit before reading the parameters. */
function limit({ limit }: PipelineDependencies): Step {
  return ({ caller, now }) => {
    if (limit === undefined || caller === undefined || limit.take(caller, now)) return undefined;
    throw throttled();
  };
}

function decode({ registry }: PipelineDependencies): Step {
  return (call) => {
    const { envelope, row } = call;
    if (envelope === undefined) throw new Error('a request is opened before it is decoded');
    call.input = (row ?? registry.refuse(envelope)).codec.decode(envelope.form);
    return undefined;
  };
}

/** Asks the operation what must be allowed. */
function authorize(call: Progress): void | Promise<void> {
  const { operation } = rowOf(call);
  return andThen(operation.authorize(call.input, signedCall(call)), ({ targets, subject }: Authorization<unknown>) => {
    call.targets = targets;
    call.subject = subject;
  });
}

/** Requires that every target is allowed. */
function decide({ authorizer, authorizationMessages }: PipelineDependencies): Step {
  function settle(call: Progress, verdict: Verdict): void {
    call.verdict = verdict;
    if (verdict.decision.allowed) return;
    const authorizationMessage = authorizationMessages.encode(verdict);
    throw new ServiceError('AccessDenied', denialMessage(verdict), { authorizationMessage });
  }
  function decideFrom(call: Progress, first: number): void | Promise<void> {
    const target = call.targets[first];
    if (target === undefined) return;
    return andThen(authorizer.decide(call, target), (verdict) => {
      settle(call, verdict);
      return decideFrom(call, first + 1);
    });
  }
  return (call) => decideFrom(call, 0);
}

/** Refuses a change whose audit event could not be stored. */
function requireRecord({ recordRefusal }: PipelineDependencies): Step {
  return (call) => {
    if (rowOf(call).operation.readOnly) return undefined;
    const refusal = recordRefusal();
    if (refusal !== undefined) throw refusal;
    return undefined;
  };
}

function handle(call: Progress): void | Promise<void> {
  const { operation } = rowOf(call);
  return andThen(operation.handle(call.input, signedCall(call), call.subject), (output: object) => {
    call.output = output;
  });
}

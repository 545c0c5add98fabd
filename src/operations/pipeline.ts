import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import type { Authorizer } from '../authorize/authorizer.ts';
import type { PrivilegedRule } from '../authorize/privileged.ts';
import { requestIdMaker } from '../http/request-id.ts';
import type { AccessRecord } from '../identity/accessed/accessed.ts';
import type { Clock } from '../kernel/clock.ts';
import { joinWithPauses } from '../kernel/pause.ts';
import type { Random } from '../kernel/random.ts';
import type { ServiceError } from '../kernel/service-error.ts';
import { isLongOutput } from '../wire/protocols/long-output.ts';
import type { EncodedBody, Envelope, Protocol } from '../wire/protocols/protocol.ts';
import type { RequestHeaders } from '../wire/sigv4/signed-request.ts';
import { andThen } from './and-then.ts';
import { admitUnsigned } from './authentication/none.ts';
import type { Authenticate, Authenticated } from './authentication/signature.ts';
import type { CallRecord } from './call-record.ts';
import type { CallerLimit } from './caller-limit.ts';
import type { Protocols } from './choose-protocol.ts';
import { type ErrorContext, errorAnswer } from './errors/error-answer.ts';
import { type ReportFault, thrownErrors } from './errors/thrown-error.ts';
import type { ObservedCall } from './observed-call.ts';
import { beginProgress, type Progress, rowOf } from './progress.ts';
import type { Registry } from './registry.ts';
import { requireUsableSession } from './session-limits.ts';
import { authorize, decide, handle, limit, noteAccess, proceed, requireRecord, type Step } from './steps.ts';
import { type StrangerLimit, throttled } from './stranger-limit.ts';
import { type AwsRequest, refuseUnserved, signedService } from './unserved-service.ts';
import type { WireAnswer } from './wire-answer.ts';
import { sourceOf, type WireRequest } from './wire-request.ts';

export interface PipelineDependencies {
  readonly protocols: Protocols;
  readonly registry: Registry;
  readonly authenticate: Authenticate;
  readonly authorizer: Authorizer;
  readonly authorizationMessages: AuthorizationMessages;
  readonly privileged: PrivilegedRule;
  /** Records who attempts what. */
  readonly accessed: Pick<AccessRecord, 'record'>;
  /** If absent, callers are not limited. */
  readonly limit?: CallerLimit | undefined;
  readonly strangers: StrangerLimit;
  readonly callRecord: CallRecord;
  /** Back-pressure from the audit: a promise to await before accepting a call, if any. */
  readonly whenRoom: () => Promise<void> | undefined;
  /** The reason if the audit currently accepts no events; changes are then refused. */
  readonly recordRefusal: () => Error | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: (call: ObservedCall) => void;
  /** Whether messages about policies end with the place of the error, which AWS does not give. */
  readonly errorPositions: boolean;
  readonly fault: ReportFault;
}

export interface Pipeline {
  /**
   * Answers a request. Returns a value rather than a promise if nothing has to be waited for, which is the steady
   * state. Never throws or rejects.
   */
  handle(request: WireRequest): WireAnswer | Promise<WireAnswer>;
  /** Answers a request that was refused before it was read. */
  refuse(error: ServiceError, request: { readonly method: string; readonly headers: RequestHeaders }): WireAnswer;
  /** Answers a request for an API or a path that is not served. */
  refuseUnserved(request: AwsRequest): WireAnswer;
}

/** What came in by the wire. */
interface WireEntry {
  readonly request: WireRequest;
  readonly protocol: Protocol;
  envelope: Envelope | undefined;
}

type WireCall = Progress<WireEntry>;

/** The single entry point: every operation of the wire API goes through these steps in this order. */
export function createPipeline(deps: PipelineDependencies): Pipeline {
  const { registry, protocols, callRecord } = deps;
  const nextRequestId = requestIdMaker(deps.random);
  const errorOf = thrownErrors(deps.fault);
  const steps: readonly Step<WireCall>[] = [
    open(deps),
    authenticate(deps),
    limit(deps),
    noteAccess(deps),
    decode,
    authorize,
    decide(deps),
    requireRecord(deps),
    handle,
    callRecord.allowed,
  ];

  function answered(call: WireCall): WireAnswer | Promise<WireAnswer> {
    const { requestId, output, caller } = call;
    const { codec } = rowOf(call);
    const { headers } = call.entry.request;
    const finish = ({ contentType, body }: EncodedBody): WireAnswer => {
      if (caller !== undefined) deps.limit?.charge(caller, body.length);
      observe(call, 'ok');
      return { status: 200, requestId, contentType, body };
    };
    if (codec.pieces !== undefined && output !== undefined && isLongOutput(output)) {
      const { contentType, pieces } = codec.pieces(output, requestId, headers);
      return joinWithPauses(pieces).then((body) => finish({ contentType, body }));
    }
    return finish(codec.encode(output, requestId, headers));
  }

  async function refused(call: WireCall, thrown: unknown): Promise<WireAnswer> {
    const { requestId, row } = call;
    const { envelope, request, protocol } = call.entry;
    if (isForAnotherService(call)) {
      observe(call, 'InvalidAction');
      return refuseUnserved(request, requestId, registry.services);
    }
    const found = errorOf(call, thrown);
    const error = isBeyondLimit(call, found) ? throttled(found) : found;
    const recorded = callRecord.refused(call, error).catch(() => undefined);
    // If the store failed, answer immediately: the audit event would only wait for the same store.
    if (error.code !== 'ServiceUnavailable') await recorded;
    observe(call, error.code);
    const service = row?.service ?? envelope?.service ?? 'iam';
    return renderError(error, protocol, { requestId, service, headers: request.headers });
  }

  /**
   * Counts a refusal of an unauthenticated caller and tells whether it exceeds the limit. Unsigned operations have
   * been counted already.
   */
  function isBeyondLimit({ row, caller, entry, now }: WireCall, { code }: ServiceError): boolean {
    if (caller !== undefined || row?.operation.authentication === 'none') return false;
    return code !== 'ServiceUnavailable' && !deps.strangers.take(entry.request.ip, now);
  }

  /** Whether the request names no operation of ours and is signed for a service that is not ours either. */
  function isForAnotherService({ row, entry: { envelope, request } }: WireCall): boolean {
    if (row !== undefined || envelope?.service !== undefined) return false;
    const service = signedService(request);
    return service !== undefined && !registry.services.has(service);
  }

  function observe({ row, started }: Progress, code: string): void {
    const seconds = (performance.now() - started) / 1000;
    deps.observe({ service: row?.service ?? 'unknown', operation: row?.name ?? 'unknown', code, seconds });
  }

  function renderError(error: ServiceError, protocol: Protocol, about: ErrorContext): WireAnswer {
    return errorAnswer(error, protocol, { ...about, isPlain: !deps.errorPositions });
  }

  function begin(request: WireRequest): WireAnswer | Promise<WireAnswer> {
    const requestId = nextRequestId();
    const entry: WireEntry = { request, protocol: protocols.of(request), envelope: undefined };
    const source = sourceOf(request);
    const call = beginProgress(entry, { requestId, now: deps.clock.now(), source, method: 'sigv4' });
    try {
      const answer = andThen(proceed(steps, call, 0), () => answered(call));
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
    refuse(error, request) {
      const { headers } = request;
      return renderError(error, protocols.of(request), { requestId: nextRequestId(), service: 'iam', headers });
    },
    refuseUnserved: (request) => refuseUnserved(request, nextRequestId(), registry.services),
  };
}

/** Reads which operation is requested. Only authenticated callers learn whether it exists. */
function open({ registry }: PipelineDependencies): Step<WireCall> {
  return (call) => {
    const { entry } = call;
    entry.envelope = entry.protocol.readEnvelope(entry.request);
    call.row = registry.find(entry.envelope);
    entry.request.bodyHash = entry.envelope.bodyHash;
    return undefined;
  };
}

function authenticate(deps: PipelineDependencies): Step<WireCall> {
  function proven(call: WireCall, { caller, region, rawQuery }: Authenticated): void {
    const { entry } = call;
    if (rawQuery !== undefined && entry.envelope !== undefined) {
      const { form } = entry.protocol.readEnvelope({ ...entry.request, rawQuery });
      entry.envelope = { ...entry.envelope, form };
    }
    call.source.region = region;
    call.caller = caller;
    if (caller.session !== undefined && call.row !== undefined) requireUsableSession(caller, call.row);
  }
  return (call) => {
    const { request } = call.entry;
    if (call.row?.operation.authentication === 'none') return admitUnsigned(deps.strangers, request.ip, call.now);
    const authenticated = deps.authenticate(request, call.now, (claimed) => {
      call.claimed = claimed;
    });
    return andThen(authenticated, (by) => proven(call, by));
  };
}

function decode(call: WireCall): void {
  const { envelope, protocol, request } = call.entry;
  if (envelope === undefined) throw new Error('a request is opened before it is decoded');
  call.input = (call.row ?? protocol.refuseOperation(envelope)).codec.decode(envelope.form, request.body);
}

import type { Verdict } from '../authorize/authorizer.ts';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import { headerValue, type SignedRequest } from '../wire/sigv4/signed-request.ts';
import type { Envelope } from './envelope.ts';
import type { SignedCall } from './operation.ts';
import type { RegistryRow } from './registry.ts';

/** A request of the wire API as received. */
export interface WireRequest extends SignedRequest {
  bodyHash: string | undefined;
  readonly ip: string;
  readonly secure: boolean;
}

/** The state of a call, filled in step by step, so that the audit event is as complete as possible if a step fails. */
export interface Progress {
  readonly request: WireRequest;
  readonly started: number;
  readonly requestId: string;
  readonly now: number;
  readonly source: { -readonly [Fact in keyof RequestSource]: RequestSource[Fact] };
  envelope: Envelope | undefined;
  row: RegistryRow | undefined;
  caller: Caller | undefined;
  /** The owner of the credentials that the request claims, before anything is verified. */
  claimed: Caller | undefined;
  input: object | undefined;
  targets: readonly Target[];
  /** Data that `authorize` loaded for `handle`. */
  subject: unknown;
  verdict: Verdict | undefined;
  output: object | undefined;
}

/** The maximum length of header values. Policies match patterns against them, and oversized ones must not make that costly. */
const HEADER_LIMIT = 1024;

/** The initial state of a call. `now` in ms since the epoch. */
export function beginProgress(request: WireRequest, requestId: string, now: number): Progress {
  const { ip, secure, headers } = request;
  const text = (name: string): string | undefined => {
    return headerValue(headers, name)?.slice(0, HEADER_LIMIT);
  };
  return {
    request,
    started: performance.now(),
    requestId,
    now,
    source: { ip, secure, userAgent: text('user-agent'), referer: text('referer'), region: undefined },
    envelope: undefined,
    row: undefined,
    caller: undefined,
    claimed: undefined,
    input: undefined,
    targets: [],
    subject: undefined,
    verdict: undefined,
    output: undefined,
  };
}

/** INVARIANT: only calls of existing operations reach the steps after `decode`. */
export function rowOf({ row }: Progress): RegistryRow {
  if (row === undefined) throw new Error('a call of no operation got past decoding');
  return row;
}

/** INVARIANT: after `authenticate`, only operations that accept unsigned requests have no caller. */
export function signedCall(call: Progress): SignedCall {
  return call as Progress & SignedCall;
}

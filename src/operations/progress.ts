import type { Verdict } from '../authorize/authorizer.ts';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import { headerValue, type SignedRequest } from '../wire/sigv4/signed-request.ts';
import type { Envelope } from './envelope.ts';
import type { SignedCall } from './operation.ts';
import type { RegistryRow } from './registry.ts';

/** A request of the wire API as it came in. */
export interface WireRequest extends SignedRequest {
  bodyHash: string | undefined;
  readonly ip: string;
  readonly secure: boolean;
}

/** What is known of a call so far; filled in step by step, so that whatever stops it, the record says all there is to say. */
export interface Progress {
  readonly request: WireRequest;
  readonly started: number;
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
  /** What `authorize` has loaded for `handle`. */
  subject: unknown;
  verdict: Verdict | undefined;
  output: object | undefined;
}

/** Characters of a header that count. Policies match patterns against it, and an oversized one must not make that costly. */
const HEADER_LIMIT = 1024;

/** What is known of a request that has just come in. `now` in ms since the epoch. */
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

/** INVARIANT: the steps after `decode` are reached by calls of operations that exist. */
export function rowOf({ row }: Progress): RegistryRow {
  if (row === undefined) throw new Error('a call of no operation got past decoding');
  return row;
}

/** INVARIANT: `authenticate` leaves no caller out but in operations that take unsigned requests. */
export function signedCall(call: Progress): SignedCall {
  return call as Progress & SignedCall;
}

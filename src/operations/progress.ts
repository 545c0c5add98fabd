import type { Verdict } from '../authorize/authorizer.ts';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { SignedCall } from './operation.ts';
import type { RegistryRow } from './registry.ts';

/**
 * The state of a call, filled in step by step, so that the audit event is as complete as possible if a step fails.
 * `Entry` is what only the way in knows (the wire, or a page).
 */
export interface Progress<Entry = unknown> {
  readonly entry: Entry;
  readonly started: number;
  readonly requestId: string;
  readonly now: number;
  readonly source: { -readonly [Fact in keyof RequestSource]: RequestSource[Fact] };
  /** How the caller authenticates, as audited: `sigv4` or `session`. */
  readonly method: AuthenticationMethod;
  row: RegistryRow | undefined;
  caller: Caller | undefined;
  /** The owner of the credentials that the request claims, before anything is verified. */
  claimed: Caller | undefined;
  /** The account that a call without a caller concerns, once its operation knows it; its audit log gets the call even if it is refused. */
  concernedAccount: string | undefined;
  input: object | undefined;
  targets: readonly Target[];
  /** Data that `authorize` loaded for `handle`. */
  subject: unknown;
  verdict: Verdict | undefined;
  output: object | undefined;
}

/** `sigv4`: a signature. `session`: a signed-in browser. */
export type AuthenticationMethod = 'sigv4' | 'session';

/** The facts about a call that are known when it begins. */
export interface Beginning {
  readonly requestId: string;
  /** ms since the epoch. */
  readonly now: number;
  readonly source: RequestSource;
  readonly method: AuthenticationMethod;
}

/** The initial state of a call. One literal with all members: adding some later, or spreading, would slow every request down. */
export function beginProgress<Entry>(entry: Entry, { requestId, now, source, method }: Beginning): Progress<Entry> {
  return {
    entry,
    started: performance.now(),
    requestId,
    now,
    source,
    method,
    row: undefined,
    caller: undefined,
    claimed: undefined,
    concernedAccount: undefined,
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

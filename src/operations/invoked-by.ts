import type { RequestSource } from '../authorize/request-source.ts';
import type { Caller } from '../identity/sessions/caller.ts';

/** Who invokes an operation, and by which request. */
export interface InvokedBy {
  readonly caller: Caller;
  readonly source: RequestSource;
  /** The id of the request that led to the call, for the audit event. */
  readonly requestId: string;
  /** Whether operations that change something may be invoked. */
  readonly mayChange: boolean;
}

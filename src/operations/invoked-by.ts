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

/** The request that invokes an operation which does not need a caller, because its input proves who asks. */
export type InvokedUnsigned = Omit<InvokedBy, 'caller' | 'mayChange'>;

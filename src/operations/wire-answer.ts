/** An answer of the wire API, ready to be sent. */
export interface WireAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly contentType: string;
  readonly body: string;
  /** What the header `x-amzn-ErrorType` says, in the protocols that have it. */
  readonly errorType?: string;
}

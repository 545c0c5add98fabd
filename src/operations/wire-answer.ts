/** An answer of the wire API, ready to send. */
export interface WireAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly contentType: string;
  readonly body: string;
  /** The value of the `x-amzn-ErrorType` header, in protocols that have it. */
  readonly errorType?: string;
}

/** An answered call, for the metrics. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  readonly code: string;
  readonly seconds: number;
}

/** What is measured, depending on how it is called. */
export type Workload =
  /** A synchronous function. */
  | { readonly kind: 'sync'; readonly call: () => unknown }
  /** An asynchronous function, with `concurrency` calls in progress at all times. */
  | { readonly kind: 'async'; readonly call: () => Promise<unknown>; readonly concurrency: number }
  /**
   * Something that measures itself, such as a load generator. Returns operations per second over about the given number of milliseconds.
   */
  | {
      readonly kind: 'rate';
      readonly measure: (durationMs: number) => Promise<number>;
      /** CPU time used so far by the processes that do the work, in µs, if it should be reported. */
      readonly cpu?: () => number | undefined;
      /** Called after each measurement, and not measured. */
      readonly settle?: () => Promise<void>;
    };

/** A bench that is set up and ready to be measured. */
export interface PreparedBench {
  /** The workloads by variant name, including the one that the others are compared with. */
  readonly variants: Readonly<Record<string, Workload>>;
  /** Cleans up. */
  tearDown?(): Promise<void> | void;
}

/** Something to measure, in variants that take turns within one run. */
export interface Bench {
  /** Its name on the command line. */
  readonly name: string;
  /** The variant on which the ratios are based. */
  readonly against: string;
  /** How long a variant is measured in each round. Default: 200 ms. */
  readonly roundMs?: number;
  /** The number of rounds. Default: 9. */
  readonly rounds?: number;
  prepare(): Promise<PreparedBench> | PreparedBench;
}

/** One result: medians over the rounds. */
export interface Figure {
  readonly bench: string;
  readonly variant: string;
  readonly opsPerSecond: number;
  readonly against: string;
  /** Speed relative to `against`. */
  readonly ratio: number;
  /**
   * CPU time per operation of the processes that do the work, in µs, if measured. On a shared machine, this is more reliable than a rate.
   */
  readonly cpuMicroseconds: number | undefined;
}

/** A bench of memory size. It has no rate and no ratio, and so its own output format. */
export interface SizeBench {
  /** Its name on the command line. */
  readonly name: string;
  measureSizes(): readonly SizeFigure[];
}

/** One size. Printed unchanged with `--json`: `{"bench","variant","bytes"}`. */
export interface SizeFigure {
  readonly bench: string;
  readonly variant: string;
  readonly bytes: number;
}

/** What is measured, by how it is called. */
export type Workload =
  /** A function that is done when it returns. */
  | { readonly kind: 'sync'; readonly call: () => unknown }
  /** A function that is done when its promise is; `concurrency` of them are always under way. */
  | { readonly kind: 'async'; readonly call: () => Promise<unknown>; readonly concurrency: number }
  /** Something that measures itself, such as a load generator: operations per second over about so many milliseconds. */
  | {
      readonly kind: 'rate';
      readonly measure: (durationMs: number) => Promise<number>;
      /** CPU time that those who do the work have taken so far, in µs, where it is to be told too. */
      readonly cpu?: () => number | undefined;
      /** Done after each measurement, and not measured. */
      readonly settle?: () => Promise<void>;
    };

/** A bench that is set up and can be measured. */
export interface PreparedBench {
  /** By the name of the variant. The one that the others are compared with is among them. */
  readonly variants: Readonly<Record<string, Workload>>;
  /** Puts away what was set up. */
  tearDown?(): Promise<void> | void;
}

/** One thing to be measured, in variants that take turns within one run. */
export interface Bench {
  /** What it is called on the command line. */
  readonly name: string;
  /** The variant that the ratios are to. */
  readonly against: string;
  /** How long a variant is measured in each round; 200 ms if not said. */
  readonly roundMs?: number;
  /** How many rounds there are; 9 if not said. */
  readonly rounds?: number;
  prepare(): Promise<PreparedBench> | PreparedBench;
}

/** One figure: medians over the rounds. */
export interface Figure {
  readonly bench: string;
  readonly variant: string;
  readonly opsPerSecond: number;
  readonly against: string;
  /** How many times as fast as `against`. */
  readonly ratio: number;
  /**
   * CPU time of those who do the work for each operation, in µs, where it was measured. On a machine that others use too it says more
   * than a rate.
   */
  readonly cpuMicroseconds: number | undefined;
}

/** Something whose size in memory is measured. It has no rate and no ratio, and so a line of its own shape. */
export interface SizeBench {
  /** What it is called on the command line. */
  readonly name: string;
  measureSizes(): readonly SizeFigure[];
}

/** One size. With `--json` it is printed as it is: `{"bench","variant","bytes"}`. */
export interface SizeFigure {
  readonly bench: string;
  readonly variant: string;
  readonly bytes: number;
}

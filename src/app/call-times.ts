import type { Histogram, Registry } from 'prom-client';

/** Upper bounds of the buckets, in seconds. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] as const;

/** How long the calls of one operation took. */
export interface CallTimes {
  observe(seconds: number): void;
}

interface Counted extends CallTimes {
  /** Calls that took no longer than each bound, and longer than the one before; the last: longer than all. */
  readonly buckets: readonly number[];
  readonly sum: number;
}

/**
 * A histogram of prom-client's, but for the counting: theirs makes a key of the labels for each observation, which costs a
 * read 1 µs. Here the labels are looked up once, and put to the counts when somebody reads them.
 */
export function registerCallTimes(
  registry: Registry,
  { name, help }: { readonly name: string; readonly help: string },
): (labels: Readonly<Record<string, string>>) => CallTimes {
  const counted: { readonly labels: Readonly<Record<string, string>>; readonly times: Counted }[] = [];
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get: () =>
      Promise.resolve({
        name,
        help,
        type: 'histogram',
        aggregator: 'sum',
        values: counted.flatMap(({ labels, times }) => valuesOf(name, labels, times)),
      }),
  };
  registry.registerMetric(metric as unknown as Histogram);
  return (labels) => {
    const times = countTimes();
    counted.push({ labels, times });
    return times;
  };
}

function countTimes(): Counted {
  const buckets = Array.from({ length: BOUNDS.length + 1 }, () => 0);
  let sum = 0;
  return {
    buckets,
    get sum() {
      return sum;
    },
    observe(seconds) {
      let bucket = 0;
      while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket++;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      sum += seconds;
    },
  };
}

/** The samples as Prometheus has them: each bucket counts those below it too. */
function valuesOf(name: string, labels: Readonly<Record<string, string>>, { buckets, sum }: Counted) {
  let count = 0;
  const values = buckets.map((inBucket, i) => {
    count += inBucket;
    return { metricName: `${name}_bucket`, labels: { le: BOUNDS[i] ?? '+Inf', ...labels }, value: count };
  });
  return [
    ...values,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

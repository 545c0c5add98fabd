import type { Histogram, Registry } from 'prom-client';

/** Upper bounds of the buckets, in seconds. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] as const;

/** The durations of one operation's calls. */
export interface CallTimes {
  observe(seconds: number): void;
}

interface Counted extends CallTimes {
  /** For each bound, the calls that took no longer than it but longer than the previous one. The last bucket: longer than all bounds. */
  readonly buckets: readonly number[];
  readonly sum: number;
}

/**
 * A prom-client histogram with its own counting: prom-client builds a key from the labels for every observation, which is expensive
 * on the hot path. Here the labels are looked up once and added when the metrics are read.
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

/** The samples as Prometheus expects them: each bucket includes all lower ones. */
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

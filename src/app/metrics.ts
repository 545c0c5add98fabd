import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What is measured, in Prometheus' terms. */
export interface Metrics {
  /** A call of the wire API has been answered. `code` is `ok` or the error's code. */
  observeCall(call: { service: string; operation: string; code: string; seconds: number }): void;
  readonly registry: Registry;
}

export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: 'rolecall_calls_total',
    help: 'Calls of the wire API, by operation and outcome.',
    labelNames: ['service', 'operation', 'code'] as const,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'rolecall_call_duration_seconds',
    help: 'Time from a call of the wire API having arrived whole to its answer.',
    labelNames: ['service', 'operation'] as const,
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  // Labels are looked up once for each kind of call: that is most of what counting costs.
  const kinds = new Map<string, { count(): void; time(duration: number): void }>();
  return {
    registry,
    observeCall({ service, operation, code, seconds: duration }) {
      const key = `${service}:${operation}:${code}`;
      let kind = kinds.get(key);
      if (kind === undefined) {
        const counter = calls.labels(service, operation, code);
        const histogram = seconds.labels(service, operation);
        kind = { count: () => counter.inc(), time: (value) => histogram.observe(value) };
        kinds.set(key, kind);
      }
      kind.count();
      kind.time(duration);
    },
  };
}

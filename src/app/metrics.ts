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
  return {
    registry,
    observeCall({ service, operation, code, seconds: duration }) {
      calls.inc({ service, operation, code });
      seconds.observe({ service, operation }, duration);
    },
  };
}

import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { registerCallTimes } from './call-times.ts';

/** The server's Prometheus metrics. */
export interface Metrics {
  /** Counts an answered wire API call. `code` is `ok` or the error's code. */
  observeCall(call: { service: string; operation: string; code: string; seconds: number }): void;
  readonly registry: Registry;
}

/** The counts of one operation. */
interface OperationCounts {
  /** Calls by outcome that have not been added to the counter yet. */
  readonly calls: Map<string, number>;
  readonly time: (seconds: number) => void;
}

/** @param droppedLogLines The number of lines dropped so far. */
export function openMetrics(droppedLogLines: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const operations = new Map<string, Map<string, OperationCounts>>();
  new Counter({
    name: 'rolecall_calls_total',
    help: 'Calls of the wire API, by operation and outcome.',
    labelNames: ['service', 'operation', 'code'] as const,
    registers: [registry],
    // Updated when the metrics are read: updating the counter on every call would be more expensive than counting.
    collect() {
      for (const [service, counts] of operations) {
        for (const [operation, { calls }] of counts) {
          for (const [code, count] of calls) this.inc({ service, operation, code }, count);
          calls.clear();
        }
      }
    },
  });
  new Counter({
    name: 'rolecall_log_lines_dropped_total',
    help: 'Log lines that standard output did not accept.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(droppedLogLines());
    },
  });
  const timesOf = registerCallTimes(registry, {
    name: 'rolecall_call_duration_seconds',
    help: 'Time from receiving a complete call of the wire API to its answer.',
  });

  function countsOf(service: string, operation: string): OperationCounts {
    let counts = operations.get(service);
    if (counts === undefined) {
      counts = new Map();
      operations.set(service, counts);
    }
    let known = counts.get(operation);
    if (known === undefined) {
      known = { calls: new Map(), time: timesOf({ service, operation }).observe };
      counts.set(operation, known);
    }
    return known;
  }

  return {
    registry,
    observeCall({ service, operation, code, seconds }) {
      const { calls, time } = countsOf(service, operation);
      calls.set(code, (calls.get(code) ?? 0) + 1);
      time(seconds);
    },
  };
}

import { Counter, type Registry } from 'prom-client';

/** A counter with one label. Its values must come from a closed list, so that no caller can grow the metrics. */
export interface LabelledCount {
  add(value: string): void;
}

/** Registers a counter with one label. */
export function registerLabelledCount(
  registry: Registry,
  { name, help, label }: { readonly name: string; readonly help: string; readonly label: string },
): LabelledCount {
  const counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
  return { add: (value) => counter.inc({ [label]: value }) };
}

import { Counter, type Registry } from 'prom-client';

/** A counter with one label. Its values must come from a closed list, so that no caller can grow the metrics. */
export interface LabelledCount {
  add(value: string): void;
}

export interface CountDescription {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** Values that are shown from the start, as 0: an alert on an increase does not see the first of a value that appears with it. */
  readonly shown?: readonly string[];
}

/** Registers a counter with one label. */
export function registerLabelledCount(
  registry: Registry,
  { name, help, label, shown = [] }: CountDescription,
): LabelledCount {
  const counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
  for (const value of shown) counter.inc({ [label]: value }, 0);
  return { add: (value) => counter.inc({ [label]: value }) };
}

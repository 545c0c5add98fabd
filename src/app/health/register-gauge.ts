import { Gauge, type Registry } from 'prom-client';

/** A number read together with the metrics; `undefined` while unknown. */
export interface GaugeSource {
  readonly name: string;
  readonly help: string;
  readonly read: () => number | undefined;
}

/** Exposes a number shared by all workers of a server: the metric is the maximum of their readings, not the sum. */
export function registerGauge(registry: Registry, { name, help, read }: GaugeSource): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    aggregator: 'max',
    collect() {
      const value = read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
}

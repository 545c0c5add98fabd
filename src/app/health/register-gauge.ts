import { Gauge, type Registry } from 'prom-client';

/** A number read together with the metrics; `undefined` while unknown. */
export interface GaugeSource {
  readonly name: string;
  readonly help: string;
  readonly read: () => number | undefined;
  /** Which reading of several workers counts. Default: the maximum. */
  readonly aggregator?: 'max' | 'min';
}

/** Exposes a number shared by all workers of a server: the metric is one of their readings, not the sum. */
export function registerGauge(registry: Registry, { name, help, read, aggregator = 'max' }: GaugeSource): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    aggregator,
    collect() {
      const value = read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
}

import { Gauge, type Registry } from 'prom-client';

/** A number that is read when the metrics are; `undefined` while it is not known. */
export interface GaugeSource {
  readonly name: string;
  readonly help: string;
  readonly read: () => number | undefined;
}

/** Shows a number that all workers of one server share: of several readings the greatest is shown, not their sum. */
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

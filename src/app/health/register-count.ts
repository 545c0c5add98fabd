import { Counter, type Registry } from 'prom-client';

/** Shows a count that a part of the server keeps itself. The counts of several workers are added up. */
export function registerCount(
  registry: Registry,
  { name, help, read }: { readonly name: string; readonly help: string; readonly read: () => number },
): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

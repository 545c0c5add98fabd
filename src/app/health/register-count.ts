import { Counter, type Registry } from 'prom-client';

/** Exposes a count kept elsewhere in the server. The counts of several workers are summed. */
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

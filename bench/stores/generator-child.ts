import { RefusedError } from './connection.ts';
import { type Driver, OPERATIONS } from './operations.ts';
import type { Target } from './target.ts';

/** A load generator in a separate process. It carries out orders received as messages, one after the other, and answers each. */

/** An order from the parent. */
export type Order =
  | { readonly kind: 'prepare'; readonly operation: string; readonly target: Target }
  | { readonly kind: 'run'; readonly durationMs: number }
  | { readonly kind: 'settle' };
/** An answer to the parent: operations per second, and the number of requests that the server refused. */
export type Report = { readonly rate: number; readonly refused: number } | { readonly error: string };
const NOTHING = { rate: 0, refused: 0 };

let driver: Driver | undefined;
let concurrency = 0;

async function run(driven: Driver, durationMs: number): Promise<Report> {
  const start = performance.now();
  let done = 0;
  let refused = 0;
  const work = async (worker: number): Promise<void> => {
    while (performance.now() - start < durationMs) {
      try {
        await driven.step(worker);
        done += 1;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        refused += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  return { rate: (done / (performance.now() - start)) * 1000, refused };
}

async function execute(order: Order): Promise<Report> {
  if (order.kind === 'prepare') {
    const operation = OPERATIONS[order.operation];
    if (operation === undefined) throw new Error(`no operation ${order.operation}`);
    concurrency = operation.concurrency;
    driver = await operation.drive(order.target, concurrency);
    return NOTHING;
  }
  if (driver === undefined) throw new Error('not prepared');
  if (order.kind === 'run') return run(driver, order.durationMs);
  await driver.settle?.();
  return NOTHING;
}

process.on('message', (order: Order) => {
  execute(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());

import { type Driver, OPERATIONS } from './operations.ts';
import type { Target } from './target.ts';

/** A load generator, in a process of its own: does what it is told by messages, one after the other, and answers each. */

/** What it is told. */
export type Order =
  | { readonly kind: 'prepare'; readonly operation: string; readonly target: Target }
  | { readonly kind: 'run'; readonly durationMs: number }
  | { readonly kind: 'settle' };
/** What it answers: operations a second where it ran. */
export type Report = { readonly rate?: number } | { readonly error: string };

let driver: Driver | undefined;
let concurrency = 0;

async function run(driven: Driver, durationMs: number): Promise<number> {
  const start = performance.now();
  let done = 0;
  const work = async (worker: number): Promise<void> => {
    while (performance.now() - start < durationMs) {
      await driven.step(worker);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  return (done / (performance.now() - start)) * 1000;
}

async function carryOut(order: Order): Promise<Report> {
  if (order.kind === 'prepare') {
    const operation = OPERATIONS[order.operation];
    if (operation === undefined) throw new Error(`no operation ${order.operation}`);
    concurrency = operation.concurrency;
    driver = await operation.drive(order.target, concurrency);
    return {};
  }
  if (driver === undefined) throw new Error('not prepared');
  if (order.kind === 'run') return { rate: await run(driver, order.durationMs) };
  await driver.settle?.();
  return {};
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());

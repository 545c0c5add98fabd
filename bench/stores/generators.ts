import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './generator-child.ts';
import type { Target } from './target.ts';

/** Load generators that act as one. */
export interface Generators {
  /** Operations per second in total, excluding refused ones. */
  run(durationMs: number): Promise<number>;
  /** Cleans up what the runs have created. */
  settle(): Promise<void>;
  /** The number of operations refused so far. */
  refused(): number;
  stop(): void;
}

const CHILD = fileURLToPath(new URL('./generator-child.ts', import.meta.url));

/** Starts the given number of processes that generate load. */
export async function startGenerators(operation: string, target: Target, count: number): Promise<Generators> {
  const children = Array.from({ length: count }, () => fork(CHILD, { execArgv: ['--import', 'tsx'] }));
  let refused = 0;
  const all = async (order: Order): Promise<number> => {
    const reports = await Promise.all(children.map((child) => ask(child, order)));
    for (const report of reports) refused += report.refused;
    return reports.reduce((sum, { rate }) => sum + rate, 0);
  };
  const stop = (): void => {
    for (const child of children) child.kill();
  };
  try {
    await all({ kind: 'prepare', operation, target });
  } catch (error) {
    stop();
    throw error;
  }
  return {
    run: (durationMs) => all({ kind: 'run', durationMs }),
    settle: async () => void (await all({ kind: 'settle' })),
    refused: () => refused,
    stop,
  };
}

async function ask(child: ChildProcess, order: Order): Promise<Exclude<Report, { error: string }>> {
  const settled = new AbortController();
  child.send(order);
  const ended = once(child, 'exit', settled).then(() => {
    throw new Error('a load generator ended');
  });
  try {
    const [report] = (await Promise.race([once(child, 'message', settled), ended])) as [Report];
    if ('error' in report) throw new Error(report.error);
    return report;
  } finally {
    // Whichever of the two did not happen is no longer awaited.
    ended.catch(() => {});
    settled.abort();
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './generator-child.ts';
import type { Target } from './target.ts';

/** Load generators that act as one. */
export interface Generators {
  /** Operations a second, all together, but for those that were refused. */
  run(durationMs: number): Promise<number>;
  /** Puts away what the runs have made. */
  settle(): Promise<void>;
  /** How many were refused so far. */
  refused(): number;
  stop(): void;
}

const CHILD = fileURLToPath(new URL('./generator-child.ts', import.meta.url));

/** Starts so many processes that put load on a server. */
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
    // Whichever of the two did not come is no longer waited for.
    ended.catch(() => {});
    settled.abort();
  }
}

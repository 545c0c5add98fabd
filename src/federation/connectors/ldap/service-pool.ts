import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import type { Directory, DirectoryLine } from './open-directory.ts';

/** For each connector in each process. More requests wait for one of them. */
const MOST_LINES = 4;
/** A slow directory must not keep any number of requests waiting. */
const MOST_WAITING = 256;
/** Below the time after which usual servers and firewalls drop idle connections. */
const LONGEST_IDLE_MS = 60_000;

/** Connections as the service account, kept for the next request. */
export interface ServicePool {
  /** Runs work with a connection of its own. Work must be repeatable: it runs again if a kept connection turns out to be dead. */
  with<Result>(work: (line: DirectoryLine) => Promise<Result>): Promise<Result>;
  close(): void;
}

interface Idle {
  readonly line: DirectoryLine;
  readonly timer: NodeJS.Timeout;
}

export function servicePool(directory: Pick<Directory, 'asService'>): ServicePool {
  const idle: Idle[] = [];
  const waiting: (() => void)[] = [];
  let lent = 0;

  const enter = async (): Promise<void> => {
    if (waiting.length >= MOST_WAITING) throw new DirectoryFault('timeout', `more than ${MOST_WAITING} requests wait`);
    if (lent < MOST_LINES) lent += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) lent -= 1;
    else next();
  };
  const takeIdle = (): DirectoryLine | undefined => {
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      clearTimeout(last.timer);
      if (!last.line.connection.isOpen) continue;
      last.line.connection.holdProcess(true);
      return last.line;
    }
    return undefined;
  };
  const keep = (line: DirectoryLine): void => {
    if (!line.connection.isOpen) return;
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((each) => each.line === line),
        1,
      );
      line.connection.close();
    }, LONGEST_IDLE_MS);
    timer.unref();
    line.connection.holdProcess(false);
    idle.push({ line, timer });
  };
  const run = async <Result>(line: DirectoryLine, work: (line: DirectoryLine) => Promise<Result>): Promise<Result> => {
    try {
      const result = await work(line);
      keep(line);
      return result;
    } catch (error) {
      line.connection.close();
      throw error;
    }
  };

  return {
    async with(work) {
      await enter();
      try {
        const kept = takeIdle();
        if (kept === undefined) return await run(await directory.asService(), work);
        try {
          return await run(kept, work);
        } catch (error) {
          // The server may have closed the connection while it was idle, without our having heard of it.
          if (!(error instanceof DirectoryFault) || error.kind !== 'closed') throw error;
          return await run(await directory.asService(), work);
        }
      } finally {
        leave();
      }
    },
    close() {
      for (const { line, timer } of idle.splice(0)) {
        clearTimeout(timer);
        line.connection.close();
      }
    },
  };
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { childrenOf } from '../../harness/child-processes.ts';

/** Who runs on which cores, so that what is measured does not compete with what puts the load on it. */
export interface Cores {
  /** What a server of so many processes is to be started by; empty where nothing is pinned. */
  startedBy(processes: number): readonly string[];
  /** Gives each process of a server that runs a core of its own; answers where it runs now, in words. */
  settle(pid: number | undefined, processes: number): Promise<string>;
}

/**
 * Gives servers as many cores as they have processes, where that leaves `others` cores, and this process and all that it starts from now
 * on (the load, the store servers) those that no such server is given. By Linux's `taskset`; where there is none, nothing is pinned.
 */
export function pinCores(processes: readonly number[], others: number): Cores {
  const cores = ownCores();
  const fitting = processes.filter((count) => count + others <= cores.length);
  const taken = Math.max(0, ...fitting);
  const canPin = taken > 0 && pin(process.pid, cores.slice(taken));
  const isPinned = (count: number): boolean => canPin && count <= taken;
  return {
    startedBy: (count) =>
      canPin ? ['taskset', '-c', (isPinned(count) ? cores.slice(0, count) : cores).join(',')] : [],
    async settle(pid, count) {
      if (cores.length === 0 || (taken > 0 && !canPin)) return 'not pinned, which takes Linux and taskset';
      if (!isPinned(count))
        return `not pinned, so its ratio tells little: that takes ${count + others} cores, here are ${cores.length}`;
      // One process has one core already, and no others below it.
      while (count > 1 && (await childrenOf(pid)).length < count) await wait(50);
      if (count > 1) for (const [n, worker] of (await childrenOf(pid)).entries()) pin(worker, cores.slice(n, n + 1));
      return `a core for each process (${cores.slice(0, count)}), all else on the rest (${cores.slice(taken)})`;
    },
  };
}

/** The cores that this process may use, by Linux's numbers; none where it does not tell. */
function ownCores(): readonly number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    return list.split(',').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, n) => first + n);
    });
  } catch {
    return [];
  }
}

function pin(pid: number, cores: readonly number[]): boolean {
  try {
    execFileSync('taskset', ['-acp', cores.join(','), String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

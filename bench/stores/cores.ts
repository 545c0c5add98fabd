import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { childrenOf } from '../../harness/child-processes.ts';

/** Assigns cores to processes, so that the servers do not compete with the load generators. */
export interface Cores {
  /** The command prefix for a server with the given number of processes; empty if nothing is pinned. */
  startedBy(processes: number): readonly string[];
  /** Gives each process of a running server its own core. Returns a description of where it runs. */
  settle(pid: number | undefined, processes: number): Promise<string>;
}

/**
 * Gives each server as many cores as it has processes, if at least `others` cores remain. This process and everything it starts
 * from now on (load generators, store servers) get the cores not given to such a server. Uses Linux's `taskset`; without it,
 * nothing is pinned.
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
      // A single process already has its core, and no children.
      while (count > 1 && (await childrenOf(pid)).length < count) await wait(50);
      if (count > 1) for (const [n, worker] of (await childrenOf(pid)).entries()) pin(worker, cores.slice(n, n + 1));
      return `a core for each process (${cores.slice(0, count)}), all else on the rest (${cores.slice(taken)})`;
    },
  };
}

/** The cores that this process may use, by Linux's numbers; empty if they are not reported. */
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

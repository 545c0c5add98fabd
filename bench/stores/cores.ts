import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Who runs on which cores, so that what is measured does not compete with what puts the load on it. */
export interface Cores {
  /** What a server of so many processes is to be started by; empty where nothing is pinned. */
  startedBy(processes: number): readonly string[];
  /** Where a server of so many processes runs, in words. */
  placeOf(processes: number): string;
}

const UNPINNED: Pick<Cores, 'startedBy'> = { startedBy: () => [] };

/**
 * Gives servers as many cores as they have processes, where that leaves `others` cores, and this process and all that it starts from now
 * on (the load, the store servers) those that no such server is given. By `taskset`; where there is none, nothing is pinned.
 */
export function pinCores(processes: readonly number[], others: number): Cores {
  const cores = ownCores();
  const fitting = processes.filter((count) => count + others <= cores.length);
  const taken = Math.max(0, ...fitting);
  if (taken === 0)
    return {
      ...UNPINNED,
      placeOf: (count) => `not pinned: that takes ${count + others} cores, here are ${cores.length}`,
    };
  if (!pinOurselves(cores.slice(taken))) return { ...UNPINNED, placeOf: () => 'not pinned: there is no taskset' };
  const isPinned = (count: number): boolean => count <= taken;
  return {
    startedBy: (count) => ['taskset', '-c', (isPinned(count) ? cores.slice(0, count) : cores).join(',')],
    placeOf: (count) =>
      isPinned(count)
        ? `pinned to core ${cores.slice(0, count).join(' and ')}, everything else to ${cores.slice(taken).join(' and ')}`
        : `not pinned: that takes ${count + others} cores, here are ${cores.length}, so its ratio tells nothing`,
  };
}

/** The cores that this process may use, by Linux's numbers. */
function ownCores(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

function pinOurselves(cores: readonly number[]): boolean {
  try {
    execFileSync('taskset', ['-acp', cores.join(','), String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

export interface CoresOfMachine {
  /** Cores on which this process may be scheduled. Default: what the system reports. */
  readonly schedulable?: number;
  /** The directory that contains `proc` and `sys/fs/cgroup`. */
  readonly root?: string;
}

/**
 * How many processes can compute at the same time: the number of cores that the scheduler may use, limited by the CPU quota of the
 * surrounding control groups (a container's limit). At least 1. Node itself only counts the machine's cores.
 */
export function availableCores({ schedulable = availableParallelism(), root = '/' }: CoresOfMachine = {}): number {
  const shares = cgroupLimits(root).map((limit) => Math.max(1, Math.floor(limit)));
  return Math.min(schedulable, ...shares);
}

/** Number of password-hashing threads per process, unless the operator sets it: at most two, leaving one core for requests. */
export function hashingThreads(processes: number, cores = availableCores()): number {
  return Math.max(1, Math.min(2, Math.floor(cores / processes) - 1));
}

/** The limits, in cores, of the process's control group and all its ancestors. */
function cgroupLimits(root: string): readonly number[] {
  const lines = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === '') return limitsAbove(join(root, 'sys/fs/cgroup'), path, limitOfVersion2);
    if (!controllers?.split(',').includes('cpu')) return [];
    return limitsAbove(join(root, 'sys/fs/cgroup/cpu'), path, limitOfVersion1);
  });
}

function limitsAbove(mount: string, path: string, limitOf: (directory: string) => number | undefined): number[] {
  const limits: number[] = [];
  // In a container, the path may be the host's while its own group is mounted at the top. A missing directory means no limit.
  for (let at = path; ; at = dirname(at)) {
    const limit = limitOf(join(mount, at));
    if (limit !== undefined) limits.push(limit);
    if (at === '/') return limits;
  }
}

/** `cpu.max`: quota (or `max`) and period in µs. */
function limitOfVersion2(directory: string): number | undefined {
  const [quota, period] = (read(join(directory, 'cpu.max')) ?? '').trim().split(' ').map(Number);
  return ratio(quota, period);
}

function limitOfVersion1(directory: string): number | undefined {
  const value = (name: string): number => Number(read(join(directory, name)) ?? Number.NaN);
  return ratio(value('cpu.cfs_quota_us'), value('cpu.cfs_period_us'));
}

function ratio(quota = Number.NaN, period = Number.NaN): number | undefined {
  return quota > 0 && period > 0 ? quota / period : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

import cluster from 'node:cluster';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { availableCores, hashingThreads } from '../../src/app/processes/available-cores.ts';
import { connectionPolicy, hasSpareCore, workerCount } from '../../src/app/processes/workers.ts';

let root = temporaryDirectory();
beforeEach(() => {
  root = temporaryDirectory();
});
afterEach(() => root.remove());

function cores(schedulable: number, files: Readonly<Record<string, string>>): number {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return availableCores({ schedulable, root: root.path });
}

const V2 = { 'proc/self/cgroup': '0::/\n' };
const V1 = { 'proc/self/cgroup': '3:cpuset:/\n2:cpu,cpuacct:/docker/abc\n1:memory:/docker/abc\n' };

describe('the cores that `auto` counts', () => {
  test.each<[string, number, Record<string, string>, number]>([
    ['no control groups', 8, {}, 8],
    ['no limit', 8, { ...V2, 'sys/fs/cgroup/cpu.max': 'max 100000\n' }, 8],
    ['two of 64 cores', 64, { ...V2, 'sys/fs/cgroup/cpu.max': '200000 100000\n' }, 2],
    ['a part of a core more', 64, { ...V2, 'sys/fs/cgroup/cpu.max': '250000 100000\n' }, 2],
    ['half a core', 64, { ...V2, 'sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
    ['more than there are', 4, { ...V2, 'sys/fs/cgroup/cpu.max': '800000 100000\n' }, 4],
    [
      'the limit of a group above',
      64,
      {
        'proc/self/cgroup': '0::/kubepods/pod1/box\n',
        'sys/fs/cgroup/kubepods/pod1/box/cpu.max': 'max 100000\n',
        'sys/fs/cgroup/kubepods/pod1/cpu.max': '300000 100000\n',
        'sys/fs/cgroup/kubepods/cpu.max': '600000 100000\n',
      },
      3,
    ],
    [
      'version 1',
      64,
      {
        ...V1,
        'sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '400000\n',
        'sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
      },
      4,
    ],
    [
      'version 1, its group mounted at the top, without a limit',
      64,
      { ...V1, 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', 'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' },
      64,
    ],
  ])('%s', (_what, schedulable, files, expected) => {
    expect(cores(schedulable, files)).toBe(expected);
  });

  test('`auto` has a limit of its own on machines with very many cores', () => {
    expect(workerCount({ workers: 'auto' }, 512)).toBe(32);
    expect(workerCount({ workers: 'auto' }, 3)).toBe(3);
    expect(workerCount({ workers: 100 }, 3)).toBe(100);
  });

  test('a separate thread signs only if a core is left besides one for each worker', () => {
    expect(hasSpareCore({ workers: 1 }, 2)).toBe(true);
    expect(hasSpareCore({ workers: 1 }, 1)).toBe(false);
    expect(hasSpareCore({ workers: 'auto' }, 2)).toBe(false);
    expect(hasSpareCore({ workers: 'auto' }, 64)).toBe(true);
    expect(hasSpareCore({ workers: 4 }, 2)).toBe(false);
  });

  test('two workers accept connections themselves; with more, the supervisor distributes them, unless the operator chooses otherwise', () => {
    expect(connectionPolicy(2)).toBe(cluster.SCHED_NONE);
    expect(connectionPolicy(3)).toBe(cluster.SCHED_RR);
    expect(connectionPolicy(2, 'rr')).toBe(cluster.schedulingPolicy);
  });
});

test('passwords are hashed by at most two threads, and few enough to keep a core free', () => {
  expect([1, 2, 3, 8].map((cores) => hashingThreads(1, cores))).toEqual([1, 1, 2, 2]);
  expect(hashingThreads(4, 8)).toBe(1);
});

import { readFileSync } from 'node:fs';

/** CPU time that the main thread of a process has taken so far, in µs; `undefined` where Linux does not tell. */
export function mainThreadCpu(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1000;
  } catch {
    return undefined;
  }
}

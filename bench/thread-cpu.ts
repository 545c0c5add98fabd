import { readdirSync, readFileSync } from 'node:fs';

/** CPU time used so far by the main thread of a process, in µs; `undefined` if Linux does not report it. */
export function mainThreadCpu(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1000;
  } catch {
    return undefined;
  }
}

/** CPU time used so far by a process, all its threads and its children, in µs; `undefined` if Linux does not report it. */
export function processTreeCpu(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const read = (thread: string, file: string) => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8');
    const own = threads.map((thread) => Number(read(thread, 'schedstat').split(' ', 1)[0]) / 1000);
    const children = threads.flatMap((thread) => read(thread, 'children').split(' ').filter(Boolean));
    const below = children.map((child) => processTreeCpu(Number(child)) ?? 0);
    return [...own, ...below].reduce((sum, each) => sum + each, 0);
  } catch {
    return undefined;
  }
}

import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that the main thread of a process has taken so far, in µs; `undefined` where Linux does not tell. */
export function mainThreadCpu(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1000;
  } catch {
    return undefined;
  }
}

/** CPU time of a process, all its threads and its children, so far, in µs; `undefined` where Linux does not tell. */
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

import { readFile } from 'node:fs/promises';

/** The ids of the processes that the main thread of a process has started, the oldest first (Linux). */
export async function childrenOf(pid: number | undefined): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

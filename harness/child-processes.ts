import { readFile } from 'node:fs/promises';

/** The ids of the child processes started by a process's main thread, oldest first (Linux). */
export async function childrenOf(pid: number | undefined): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

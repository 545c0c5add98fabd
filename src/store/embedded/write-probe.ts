import { StoreUnavailableError } from '../../ports/collections.ts';
import type { Table, WriteQueue } from './write-queue.ts';

/** Larger than most changes: if this can be written, the file has room for them. */
const PROBE_BYTES = 65_536;
const ANSWER_MS = 3_000;
const PROBE_KEY = Buffer.from('write probe');

/** Resolves if a change can be written now. Only a write shows that: reads still succeed on a full or read-only disk. */
export function writeProbe(queue: WriteQueue, meta: Table): () => Promise<void> {
  const value = Buffer.alloc(PROBE_BYTES);
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(tooSlow()), ANSWER_MS);
    });
    const written = queue.write((writes) => writes.put(meta, PROBE_KEY, value));
    written.catch(() => undefined);
    await Promise.race([written, late]).finally(() => clearTimeout(timer));
  };
}

const tooSlow = () =>
  new StoreUnavailableError('embedded store: a write takes too long; see the disk of the data directory');

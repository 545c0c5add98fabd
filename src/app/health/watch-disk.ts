import { statfs } from 'node:fs/promises';

/** The size and free space of a file system. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface DiskWatchOptions {
  /** A directory on the watched file system. */
  readonly directory: string;
  readonly warn: (message: string, facts: object) => void;
  /** Returns the free space. Default: asks the system. */
  readonly readSpace?: (directory: string) => Promise<DiskSpace>;
}

export interface DiskWatch {
  /** The latest reading; `undefined` before the first one, and if the system does not report it. */
  space(): DiskSpace | undefined;
  /** Takes a reading now. */
  check(): Promise<void>;
  close(): void;
}

const CHECK_EVERY_MS = 60_000;
/** Warn if less than this share is free, and less than what a busy day writes. */
const LOW_SHARE = 0.2;
const LOW_BYTES = 10 * 2 ** 30;

async function askSystem(directory: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Watches the embedded store's disk and warns before it is full: once, and again only after space was freed. */
export function watchDisk({ directory, warn, readSpace = askSystem }: DiskWatchOptions): DiskWatch {
  let space: DiskSpace | undefined;
  let isWarned = false;

  async function check(): Promise<void> {
    space = await readSpace(directory).catch(() => undefined);
    if (space === undefined) return;
    const isLow = space.freeBytes < LOW_BYTES && space.freeBytes < space.totalBytes * LOW_SHARE;
    if (isLow && !isWarned) {
      warn('the disk of the data directory is nearly full: free space, or changes will be refused', { ...space });
    }
    isWarned = isLow;
  }

  void check();
  const timer = setInterval(() => void check(), CHECK_EVERY_MS);
  timer.unref();
  return { space: () => space, check, close: () => clearInterval(timer) };
}

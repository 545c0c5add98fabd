import { statfs } from 'node:fs/promises';

/** How much of a file system is free. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface DiskWatchOptions {
  /** A directory on the file system that is watched. */
  readonly directory: string;
  readonly warn: (message: string, facts: object) => void;
  /** How much is free; default: what the system says. */
  readonly look?: (directory: string) => Promise<DiskSpace>;
}

export interface DiskWatch {
  /** As last seen; `undefined` before the first look, and if the system does not say. */
  space(): DiskSpace | undefined;
  /** Looks now. */
  look(): Promise<void>;
  close(): void;
}

const LOOK_EVERY_MS = 60_000;
/** A warning is due when less than a fifth is free, and less than what a busy day writes. */
const LOW_SHARE = 0.2;
const LOW_BYTES = 10 * 2 ** 30;

async function lookAt(directory: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Watches the disk of the embedded store, and warns before it is full: once, and again after there was room. */
export function watchDisk({ directory, warn, look = lookAt }: DiskWatchOptions): DiskWatch {
  let space: DiskSpace | undefined;
  let isWarned = false;

  async function lookNow(): Promise<void> {
    space = await look(directory).catch(() => undefined);
    if (space === undefined) return;
    const isLow = space.freeBytes < LOW_BYTES && space.freeBytes < space.totalBytes * LOW_SHARE;
    if (isLow && !isWarned) {
      warn('the disk of the data directory is nearly full: free space, or changes will be refused', { ...space });
    }
    isWarned = isLow;
  }

  void lookNow();
  const timer = setInterval(() => void lookNow(), LOOK_EVERY_MS);
  timer.unref();
  return { space: () => space, look: lookNow, close: () => clearInterval(timer) };
}

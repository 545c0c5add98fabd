/** A destination for bytes, such as a file descriptor. */
export interface Sink {
  /** Writes asynchronously. Reports how many bytes were written and, if not all, why. */
  write(bytes: Buffer, done: (failure: Error | null | undefined, written: number) => void): void;
  /** Writes synchronously and returns how many bytes were written. Throws instead of blocking. */
  writeNow(bytes: Buffer): number;
}

/** Accepts lines without ever failing. */
export interface BoundedOutput {
  write(lines: Buffer): void;
  /** Resolves once everything is written, or after the given time. Returns what has not been written by then. */
  drain(maxMs: number): Promise<void>;
  /** Writes everything held, synchronously and without waiting. Returns whether all of it was written. */
  writeNow(): boolean;
  /** The number of lines dropped so far. */
  dropped(): number;
}

export interface BoundedOutputOptions {
  readonly sink: Sink;
  /** How much is held while the sink does not accept data. Further lines are dropped. */
  readonly maxBytes: number;
  /** The line that replaces the given number of dropped lines. */
  readonly gapLine: (dropped: number) => string;
  /** Called at most once a minute while the sink does not accept data. */
  readonly warn: (text: string) => void;
  /** The current time in ms. */
  readonly now: () => number;
}

/** Delay before a failed write is retried, in ms: a full disk may have room again. */
const TRY_AGAIN = 1_000;
/** Minimum interval between reports of lines that are not accepted, in ms. */
const WARN_EVERY = 60_000;
const LINE_END = 0x0a;

/**
 * Buffers lines for a sink that may be slow, full or closed. Up to a limit, lines wait. Beyond it, the newest are dropped and
 * counted, and a line takes their place to say so. None of this reaches the caller, who must not fail because of its log.
 */
export function boundedOutput({ sink, maxBytes, gapLine, warn, now }: BoundedOutputOptions): BoundedOutput {
  const held: Buffer[] = [];
  let heldBytes = 0;
  let isWriting = false;
  let waiting: NodeJS.Timeout | undefined;
  let settled = (): void => {};
  let dropped = 0;
  let gap = 0;
  let lastWarned = Number.NEGATIVE_INFINITY;

  function warnOccasionally(why: string): void {
    if (now() - lastWarned < WARN_EVERY) return;
    lastWarned = now();
    warn(`standard output does not accept log lines (${why}); dropped so far: ${dropped}`);
  }
  function hold(lines: Buffer): void {
    held.push(lines);
    heldBytes += lines.length;
  }
  /** Releases the bytes of a held item that have been written. */
  function release(place: number, written: number): void {
    const rest = held[place]?.subarray(written);
    if (rest === undefined || rest.length === 0) held.splice(place, 1);
    else held[place] = rest;
    heldBytes -= written;
  }
  function writeNext(): void {
    const lines = held[0];
    if (lines === undefined) settled();
    if (lines === undefined || isWriting || waiting !== undefined) return;
    isWriting = true;
    sink.write(lines, (failure, written) => {
      isWriting = false;
      release(0, written);
      if (!failure) return writeNext();
      warnOccasionally(failure.message);
      waiting = setTimeout(() => {
        waiting = undefined;
        writeNext();
      }, TRY_AGAIN).unref();
    });
  }

  return {
    write(lines) {
      if (heldBytes + lines.length > maxBytes) {
        const count = countLines(lines);
        dropped += count;
        gap += count;
        return warnOccasionally('its reader is slow or stopped, or the disk is full');
      }
      if (gap > 0) hold(Buffer.from(gapLine(gap)));
      gap = 0;
      hold(lines);
      // Deferred, so that a process's last lines are still held when `writeNow` is called, which reports whether they were written.
      queueMicrotask(writeNext);
    },
    async drain(maxMs) {
      if (held.length === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, maxMs);
        settled = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      const left = held.reduce((lines, some) => lines + countLines(some), 0);
      if (left > 0) warn(`standard output did not accept the last ${left} log lines`);
    },
    writeNow() {
      // A write in progress is not ours to finish.
      const place = isWriting ? 1 : 0;
      try {
        for (let lines = held[place]; lines !== undefined; lines = held[place]) release(place, sink.writeNow(lines));
        return true;
      } catch {
        return false;
      }
    },
    dropped: () => dropped,
  };
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (let end = lines.indexOf(LINE_END); end !== -1; end = lines.indexOf(LINE_END, end + 1)) count++;
  return count;
}

/** Something that bytes are written to, such as a file descriptor. */
export interface Sink {
  /** Writes behind the caller's back; tells how many bytes it took, and what went wrong with the others. */
  write(bytes: Buffer, done: (failure: Error | null | undefined, written: number) => void): void;
  /** Writes at once and tells how much; throws rather than waits. */
  writeNow(bytes: Buffer): number;
}

/** Takes lines, whatever becomes of them. */
export interface BoundedOutput {
  write(lines: Buffer): void;
  /** Resolves once all is written, at the latest after so many ms; tells what then is not. */
  settle(mostMs: number): Promise<void>;
  /** Writes what is held at once, without waiting for anybody. Tells whether all of it was taken. */
  writeNow(): boolean;
  /** How many lines were dropped so far. */
  dropped(): number;
}

export interface BoundedOutputOptions {
  readonly sink: Sink;
  /** How much is held while the sink does not take it; what comes then is dropped. */
  readonly mostBytes: number;
  /** The line that stands where so many were dropped. */
  readonly gapLine: (dropped: number) => string;
  /** Told, once a minute at most, that the sink does not take what it is given. */
  readonly tell: (text: string) => void;
  /** ms. */
  readonly now: () => number;
}

/** After how long what failed is tried again, in ms: a disk that was full may have room. */
const TRY_AGAIN = 1_000;
/** How often at most it is told that lines are not taken, in ms. */
const TELL_EVERY = 60_000;
const LINE_END = 0x0a;

/**
 * Lines on their way to a sink that may be slow, full or gone: they wait, up to a limit; beyond it the newest are dropped, counted, and a
 * line says so where they would stand. Nothing of it reaches the caller, who has better things to do than to fail over its log.
 */
export function boundedOutput({ sink, mostBytes, gapLine, tell, now }: BoundedOutputOptions): BoundedOutput {
  const held: Buffer[] = [];
  let heldBytes = 0;
  let isWriting = false;
  let waiting: NodeJS.Timeout | undefined;
  let settled = (): void => {};
  let dropped = 0;
  let gap = 0;
  let lastTold = Number.NEGATIVE_INFINITY;

  function complain(why: string): void {
    if (now() - lastTold < TELL_EVERY) return;
    lastTold = now();
    tell(`standard output does not take log lines (${why}); dropped so far: ${dropped}`);
  }
  function hold(lines: Buffer): void {
    held.push(lines);
    heldBytes += lines.length;
  }
  /** So much of what is held at a place has been written. */
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
      complain(failure.message);
      waiting = setTimeout(() => {
        waiting = undefined;
        writeNext();
      }, TRY_AGAIN).unref();
    });
  }

  return {
    write(lines) {
      if (heldBytes + lines.length > mostBytes) {
        const count = countLines(lines);
        dropped += count;
        gap += count;
        return complain('its reader is slow or stopped, or the disk is full');
      }
      if (gap > 0) hold(Buffer.from(gapLine(gap)));
      gap = 0;
      hold(lines);
      // Not yet, so that the last words of a process are still here for `writeNow`, which tells whether they got out.
      queueMicrotask(writeNext);
    },
    async settle(mostMs) {
      if (held.length === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, mostMs);
        settled = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      const left = held.reduce((lines, some) => lines + countLines(some), 0);
      if (left > 0) tell(`standard output did not take the last ${left} log lines`);
    },
    writeNow() {
      // What is being written is somebody else's to end.
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

import { write, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Sink } from './bounded-output.ts';

const STDOUT = 1;
const STDERR = 2;

/**
 * Standard output. Pipes, sockets and terminals go through Node's stream, which makes them non-blocking: with `fs.write`, a thread
 * would wait for their reader, and a process that ends would wait for that thread. Files never block for long, but Node's stream
 * would write them on the main thread and lose data when a full disk accepts only part of a write.
 */
export function standardOutput(): Sink {
  const { stdout } = process;
  // Failures are reported by each write. Without a listener, they would end the process.
  stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  if (!(stdout instanceof Socket))
    return {
      write: (bytes, done) => write(STDOUT, bytes, done),
      writeNow: (bytes) => writeSync(STDOUT, bytes),
    };
  return {
    write: (bytes, done) => void stdout.write(bytes, (failure) => done(failure, failure ? 0 : bytes.length)),
    writeNow(bytes) {
      if (stdout.writableLength > 0) throw new Error('what was given before is not written yet');
      return writeSync(STDOUT, bytes);
    },
  };
}

/** Writes a message to standard error if possible: it may be full, paused or closed, like standard output. */
export function warnOnStandardError(text: string): void {
  if (process.stderr.writableLength === 0) process.stderr.write(`rolecall: ${text}\n`);
}

/** Like {@link warnOnStandardError}, for use just before the process is killed. */
export function warnOnStandardErrorNow(text: string): void {
  try {
    // Accessing the stream makes a pipe non-blocking.
    if (process.stderr.writableLength === 0) writeSync(STDERR, `rolecall: ${text}\n`);
  } catch {
    // There is nowhere left to report this.
  }
}

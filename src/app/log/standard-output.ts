import { write, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Sink } from './bounded-output.ts';

const STDOUT = 1;
const STDERR = 2;

/**
 * Standard output. Pipes, sockets and terminals are written to by Node's stream, which makes them non-blocking: by `fs.write` a thread
 * would wait for their reader, and the process, at its end, for that thread. Files never make anybody wait for long, and Node's stream
 * would write them on the main thread and lose what a full disk takes only half of.
 */
export function standardOutput(): Sink {
  const { stdout } = process;
  // Failures come with each write; without a listener they would end the process.
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

/** Says something on standard error, if that takes it: it may be as full, stopped or gone as standard output. */
export function tellOnStandardError(text: string): void {
  if (process.stderr.writableLength === 0) process.stderr.write(`rolecall: ${text}\n`);
}

/** The same, before the process is killed. */
export function tellOnStandardErrorNow(text: string): void {
  try {
    // Looking at the stream makes a pipe non-blocking.
    if (process.stderr.writableLength === 0) writeSync(STDERR, `rolecall: ${text}\n`);
  } catch {
    // Then nobody is to hear of it.
  }
}

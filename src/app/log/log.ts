import cluster from 'node:cluster';
import { pino } from 'pino';
import { TextBuffer } from '../../kernel/text-buffer.ts';
import { boundedOutput } from './bounded-output.ts';
import { loggedError } from './logged-error.ts';
import { standardOutput, warnOnStandardError } from './standard-output.ts';

/** Structured logs: JSON lines on standard output. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** Writes one audit event, given as JSON in UTF-8, as a line, at every level except `silent`. */
  audit(json: Uint8Array): void;
  /** Changes the log level. */
  setLevel(level: string): void;
  /** The number of lines dropped because standard output did not accept them. */
  droppedLines(): number;
  /** Resolves once the held lines are written, or after a time limit. */
  flush(): Promise<void>;
  /** Writes the held lines synchronously, without waiting. Returns whether all of them were written. */
  flushNow(): boolean;
}

/** Where lines go. */
export interface LogDestination {
  write(line: string): void;
  /** Writes one line, given as parts of its bytes without the line end. */
  writeBytes(parts: readonly Uint8Array[]): void;
  droppedLines(): number;
  flush(): Promise<void>;
  flushNow(): boolean;
}

/** Takes many lines at once, as bytes that it then owns. */
interface Writer {
  write(lines: Buffer): void;
}
/** Buffers lines. */
interface BufferedLines extends Pick<LogDestination, 'write' | 'writeBytes'> {
  /** Writes the buffered lines. */
  flush(): void;
}

/** How long lines are buffered, in ms. */
const BUFFER_MS = 100;
/** The maximum number of bytes per write, exceeded only by a single longer line. */
const BUFFER_BYTES = 262_144;
/** Initial buffer size, enough for a few lines. Later buffers are as large as the last one needed. */
const FIRST_BYTES = 4096;
/** The size up to which writes to a pipe are atomic, so that the lines of several processes do not get mixed up (POSIX `PIPE_BUF`). */
const PIPE_BYTES = 4096;
/** The maximum number of bytes held while standard output does not accept data. */
const HELD_BYTES = 8_388_608;
/** How long a stopping process waits for its lines to be written, in ms. */
const FLUSH_MS = 500;
/** Pino's number for this level. */
const WARN = 40;

/** Buffers lines, because one write per line would cost a request more than the rest of its logging. */
export function bufferLines(writer: Writer, maxBytes: number): BufferedLines {
  let buffered = new TextBuffer(FIRST_BYTES);
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (buffered.length === 0) return;
    writer.write(buffered.bytes());
    buffered = new TextBuffer(Math.max(FIRST_BYTES, buffered.length));
  }
  function makeRoom(bytes: number): void {
    if (buffered.length + bytes > maxBytes) flush();
    timer ??= setTimeout(flush, BUFFER_MS).unref();
  }
  return {
    write(line) {
      makeRoom(Buffer.byteLength(line));
      buffered.append(line);
    },
    writeBytes(parts) {
      let length = 1;
      for (const part of parts) length += part.length;
      makeRoom(length);
      for (const part of parts) buffered.appendBytes(part);
      buffered.appendLineEnd();
    },
    flush,
  };
}

/** Standard output, written asynchronously. Buffered lines are flushed when the process ends. */
function logOutput(): LogDestination {
  const output = boundedOutput({
    sink: standardOutput(),
    maxBytes: HELD_BYTES,
    gapLine: (lines) =>
      `${JSON.stringify({ level: WARN, time: new Date().toISOString(), pid: process.pid, lines, msg: 'log lines were dropped here' })}\n`,
    warn: warnOnStandardError,
    now: () => performance.now(),
  });
  const buffered = bufferLines(output, cluster.isWorker ? PIPE_BYTES : BUFFER_BYTES);
  const flushNow = (): boolean => {
    buffered.flush();
    return output.writeNow();
  };
  process.on('exit', flushNow);
  return {
    write: buffered.write,
    writeBytes: buffered.writeBytes,
    droppedLines: output.dropped,
    flush() {
      buffered.flush();
      return output.drain(FLUSH_MS);
    },
    flushNow,
  };
}

export function openLog(level: string, destination: LogDestination = logOutput()): Log {
  const serializers = { err: (thrown: unknown) => loggedError(thrown) };
  const options = { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, serializers };
  const logger = pino(options, destination);
  let isSilent = level === 'silent';
  const auditPrefix = Buffer.from(`{"level":30,"pid":${process.pid},"kind":"audit",`);
  return {
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
    audit(json) {
      // The event is already JSON. The prefix turns it into a line of the same form as pino's.
      if (!isSilent) destination.writeBytes([auditPrefix, json.subarray(1)]);
    },
    setLevel(next) {
      logger.level = next;
      isSilent = next === 'silent';
    },
    droppedLines: () => destination.droppedLines(),
    flush: () => destination.flush(),
    flushNow: () => destination.flushNow(),
  };
}

import cluster from 'node:cluster';
import { pino } from 'pino';
import { TextBuffer } from '../kernel/text-buffer.ts';
import { loggedError } from './logged-error.ts';

/** Structured logs: JSON lines on standard output. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** One audit event, given as its JSON in UTF-8, is one line, at whatever level but `silent`. */
  audit(json: Uint8Array): void;
  /** Writes out what is still held back. */
  flush(): void;
}

/** Where lines go. */
export interface LogDestination {
  write(line: string): void;
  /** One line, given as its bytes in parts, without its end. */
  writeBytes(parts: readonly Uint8Array[]): void;
  flushSync(): void;
}

/** A destination that is given many lines at once, as bytes which are its own from then on. */
interface Writer {
  write(lines: Buffer): unknown;
  flushSync(): void;
}

/** For how long lines are gathered, in ms. */
const GATHER_MS = 100;
/** How many bytes are written at once; more only where a single line is longer. */
const GATHER_BYTES = 262_144;
/** Room for a few lines at first; later, as much as was needed last. */
const FIRST_BYTES = 4096;
/** What a pipe takes whole, so that the lines of several processes do not get mixed up (POSIX `PIPE_BUF`). */
const PIPE_BYTES = 4096;

/** Gathers lines, since a write for each would cost a request more than all else of its record. */
export function gatherLines(writer: Writer, mostBytes: number): LogDestination {
  let gathered = new TextBuffer(FIRST_BYTES);
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    writer.write(gathered.bytes());
    gathered = new TextBuffer(Math.max(FIRST_BYTES, gathered.length));
  }
  function makeRoom(bytes: number): void {
    if (gathered.length + bytes > mostBytes) flush();
    timer ??= setTimeout(flush, GATHER_MS).unref();
  }
  return {
    write(line) {
      makeRoom(Buffer.byteLength(line));
      gathered.append(line);
    },
    writeBytes(parts) {
      let length = 1;
      for (const part of parts) length += part.length;
      makeRoom(length);
      for (const part of parts) gathered.appendBytes(part);
      gathered.appendLineEnd();
    },
    flushSync() {
      flush();
      writer.flushSync();
    },
  };
}

/** Standard output, written behind the callers' backs; what is gathered goes out when the process ends. */
function standardOutput(): LogDestination {
  const output = pino.destination({ sync: false, contentMode: 'buffer' });
  const writer: Writer = {
    // Its type knows of texts only.
    write: (lines) => output.write(lines as unknown as string),
    flushSync: () => output.flushSync(),
  };
  const gathered = gatherLines(writer, cluster.isWorker ? PIPE_BYTES : GATHER_BYTES);
  process.on('exit', () => gathered.flushSync());
  return gathered;
}

export function openLog(level: string, destination: LogDestination = standardOutput()): Log {
  const serializers = { err: (thrown: unknown) => loggedError(thrown) };
  const options = { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, serializers };
  const logger = pino(options, destination);
  const isSilent = level === 'silent';
  const auditPrefix = Buffer.from(`{"level":30,"pid":${process.pid},"kind":"audit",`);
  return {
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
    audit(json) {
      // The event is JSON already: it becomes a line of the same form as pino's by what stands before it.
      if (!isSilent) destination.writeBytes([auditPrefix, json.subarray(1)]);
    },
    flush: () => destination.flushSync(),
  };
}

import cluster from 'node:cluster';
import { pino } from 'pino';
import { TextBuffer } from '../../kernel/text-buffer.ts';
import { boundedOutput } from './bounded-output.ts';
import { loggedError } from './logged-error.ts';
import { standardOutput, tellOnStandardError } from './standard-output.ts';

/** Structured logs: JSON lines on standard output. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** One audit event, given as its JSON in UTF-8, is one line, at whatever level but `silent`. */
  audit(json: Uint8Array): void;
  /** Logs from this level on from now on. */
  setLevel(level: string): void;
  /** How many lines were dropped because standard output did not take them. */
  droppedLines(): number;
  /** Resolves once what is held back is written, or will not be soon. */
  flush(): Promise<void>;
  /** Writes out what is held back, without waiting for anybody. Tells whether all of it was taken. */
  flushNow(): boolean;
}

/** Where lines go. */
export interface LogDestination {
  write(line: string): void;
  /** One line, given as its bytes in parts, without its end. */
  writeBytes(parts: readonly Uint8Array[]): void;
  droppedLines(): number;
  flush(): Promise<void>;
  flushNow(): boolean;
}

/** Takes many lines at once, as bytes which are its own from then on. */
interface Writer {
  write(lines: Buffer): void;
}
/** What gathers lines. */
interface Gathered extends Pick<LogDestination, 'write' | 'writeBytes'> {
  /** Hands on what was gathered. */
  handOn(): void;
}

/** For how long lines are gathered, in ms. */
const GATHER_MS = 100;
/** How many bytes are written at once; more only where a single line is longer. */
const GATHER_BYTES = 262_144;
/** Room for a few lines at first; later, as much as was needed last. */
const FIRST_BYTES = 4096;
/** What a pipe takes whole, so that the lines of several processes do not get mixed up (POSIX `PIPE_BUF`). */
const PIPE_BYTES = 4096;
/** How much is held at most while standard output does not take it. */
const HELD_BYTES = 8_388_608;
/** How long a process that stops waits for its lines to be written, in ms. */
const FLUSH_MS = 500;
/** Pino's number of the level. */
const WARN = 40;

/** Gathers lines, since a write for each would cost a request more than all else of its record. */
export function gatherLines(writer: Writer, mostBytes: number): Gathered {
  let gathered = new TextBuffer(FIRST_BYTES);
  let timer: NodeJS.Timeout | undefined;
  function handOn(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    writer.write(gathered.bytes());
    gathered = new TextBuffer(Math.max(FIRST_BYTES, gathered.length));
  }
  function makeRoom(bytes: number): void {
    if (gathered.length + bytes > mostBytes) handOn();
    timer ??= setTimeout(handOn, GATHER_MS).unref();
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
    handOn,
  };
}

/** Standard output, written behind the callers' backs; what is gathered goes out when the process ends. */
function logOutput(): LogDestination {
  const output = boundedOutput({
    sink: standardOutput(),
    mostBytes: HELD_BYTES,
    gapLine: (lines) =>
      `${JSON.stringify({ level: WARN, time: new Date().toISOString(), pid: process.pid, lines, msg: 'log lines were dropped here' })}\n`,
    tell: tellOnStandardError,
    now: () => performance.now(),
  });
  const gathered = gatherLines(output, cluster.isWorker ? PIPE_BYTES : GATHER_BYTES);
  const flushNow = (): boolean => {
    gathered.handOn();
    return output.writeNow();
  };
  process.on('exit', flushNow);
  return {
    write: gathered.write,
    writeBytes: gathered.writeBytes,
    droppedLines: output.dropped,
    flush() {
      gathered.handOn();
      return output.settle(FLUSH_MS);
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
      // The event is JSON already: it becomes a line of the same form as pino's by what stands before it.
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

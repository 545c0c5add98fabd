import cluster from 'node:cluster';
import { pino } from 'pino';
import { loggedError } from './logged-error.ts';

/** Structured logs: JSON lines on standard output. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** One audit event, given as its JSON, is one line, at whatever level but `silent`. */
  audit(json: string): void;
  /** Writes out what is still held back. */
  flush(): void;
}

/** Where lines go. */
export interface LogDestination {
  write(line: string): void;
  flushSync(): void;
}

/**
 * Standard output, written behind the callers' backs: lines are gathered for up to 100 ms, since a write for each would cost a
 * request more than the rest of its record. Several processes that share one pipe write at most 4096 bytes at once, which a
 * pipe takes whole (POSIX `PIPE_BUF`), so that their lines do not get mixed up.
 */
function standardOutput(): LogDestination {
  const gathering = cluster.isWorker ? { maxWrite: 4096 } : { minLength: 8192, maxWrite: 65_536, periodicFlush: 100 };
  return pino.destination({ sync: false, ...gathering });
}

export function openLog(level: string, destination: LogDestination = standardOutput()): Log {
  const serializers = { err: (thrown: unknown) => loggedError(thrown) };
  const options = { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, serializers };
  const logger = pino(options, destination);
  const isSilent = level === 'silent';
  const auditPrefix = `{"level":30,"pid":${process.pid},"kind":"audit",`;
  return {
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
    audit(json) {
      // The event is JSON already: it becomes a line of the same form as pino's by what stands before it.
      if (!isSilent) destination.write(`${auditPrefix}${json.slice(1)}\n`);
    },
    flush: () => destination.flushSync(),
  };
}

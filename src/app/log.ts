import { type DestinationStream, pino } from 'pino';

/** Structured logs: JSON lines on standard output. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** One audit event, given as its JSON, is one line, at whatever level but `silent`. */
  audit(json: string): void;
  flush(): void;
}

/** @param destination Takes the lines; by default standard output, which is written behind the callers' backs. */
export function openLog(level: string, destination: DestinationStream = pino.destination({ sync: false })): Log {
  const logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
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
    flush: () => logger.flush(),
  };
}

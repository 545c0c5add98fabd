import { pino } from 'pino';
import type { AuditEvent } from '../kernel/audit-event.ts';

/** Structured logs: JSON lines on standard output. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** One audit event, one line, at whatever level. */
  audit(event: AuditEvent): void;
  flush(): void;
}

export function openLog(level: string): Log {
  const logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
  const audit = logger.child({ kind: 'audit' }, level === 'silent' ? {} : { level: 'info' });
  return {
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
    audit: (event) => audit.info(event),
    flush: () => logger.flush(),
  };
}

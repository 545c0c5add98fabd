import { Counter, type Registry } from 'prom-client';
import type { Notices } from '../../identity/notices/notices.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import { foldRepeats } from '../../kernel/fold-repeats.ts';
import type { RootUse } from '../../operations/call-record.ts';
import type { Log } from '../log/log.ts';

/** How long uses of one root user after the first are collected for one line of the log, in ms. */
const WINDOW_MS = 60_000;

/** Raises the alarm when a root user is used. */
export interface RootAlarm {
  readonly used: (use: RootUse) => void;
  /** Audits events of the pages, and raises the alarm for those of root users. */
  watching(record: RecordAuditEvent): RecordAuditEvent;
  /** Logs the uses that were only counted so far. */
  flush(): void;
}

interface RootAlarmDependencies {
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  /** Absent if no mail server is configured. */
  readonly notices?: Pick<Notices, 'alarm'> | undefined;
}

/** Counts each use of a root user, and logs it: the first at once, and those of the next minute together. The owner gets a mail, at most one an hour. */
export function openRootAlarm({ registry, log, notices }: RootAlarmDependencies): RootAlarm {
  const uses = new Counter({
    name: 'rolecall_root_uses_total',
    help: 'Calls and sign-ins of root users. Alert on any.',
    registers: [registry],
  });
  const lines = foldRepeats<RootUse>(
    ({ accountId, what, sourceIp }, count) =>
      log.warn('the root user was used', { accountId, what, sourceIp, ...(count > 1 && { count }) }),
    WINDOW_MS,
  );
  const used = (use: RootUse): void => {
    uses.inc();
    lines.add(use.accountId, use);
    notices?.alarm(use.accountId, { event: 'root-used', detail: `${use.what}, ${use.sourceIp}` });
  };
  return {
    used,
    watching: (record) => (event) => {
      const { accountId, eventSource, eventName, sourceIp } = event;
      if (event.alarm === 'root-use' && accountId !== undefined) {
        used({ accountId, what: `${eventSource}:${eventName}`, sourceIp });
      }
      return record(event);
    },
    flush: lines.flush,
  };
}

import type { Registry } from 'prom-client';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { AuditRetention } from '../../audit/audit-retention.ts';
import { registerCount } from './register-count.ts';
import { registerGauge } from './register-gauge.ts';

export interface AuditSources {
  readonly audit: Pick<AuditLog, 'unstoredEvents'>;
  readonly retention: Pick<AuditRetention, 'bytes' | 'trimmedBatches'>;
  /** The maximum size of the record in bytes; `undefined` for no limit. */
  readonly maxBytes: number | undefined;
}

/** Metrics of the audit record: whether it is complete, and how full it is. */
export function registerAuditMetrics(registry: Registry, { audit, retention, maxBytes }: AuditSources): void {
  registerCount(registry, {
    name: 'rolecall_audit_events_unstored_total',
    help: 'Audit events that could not be stored and are only in the log.',
    read: audit.unstoredEvents,
  });
  registerCount(registry, {
    name: 'rolecall_audit_batches_trimmed_total',
    help: 'Batches of audit events removed by retention.',
    read: retention.trimmedBatches,
  });
  registerGauge(registry, {
    name: 'rolecall_audit_record_bytes',
    help: 'Size of the stored audit record, checked every minute.',
    read: retention.bytes,
  });
  registerGauge(registry, {
    name: 'rolecall_audit_record_limit_bytes',
    help: 'Size limit of the audit record, above which the oldest events are removed.',
    read: () => maxBytes,
  });
}

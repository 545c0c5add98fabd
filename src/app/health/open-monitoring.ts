import type { AuditLog } from '../../audit/audit-log.ts';
import { openAuditRetention } from '../../audit/audit-retention.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import type { FaultLog } from '../log/fold-faults.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';
import type { Stores } from '../stores/open-stores.ts';
import { maxAuditBytes } from './max-audit-bytes.ts';
import type { Metrics } from './metrics.ts';
import { registerAuditMetrics } from './register-audit-metrics.ts';
import { registerCount } from './register-count.ts';
import { registerDiskMetrics } from './register-disk-metrics.ts';
import { registerGauge } from './register-gauge.ts';
import { watchDisk } from './watch-disk.ts';

interface MonitoringDependencies {
  readonly stores: Stores;
  readonly collections: CollectionStore;
  readonly audit: AuditLog;
  readonly registry: Metrics['registry'];
  readonly faults: FaultLog;
  readonly log: Log;
  readonly clock: Clock;
}

/** Keeps the audit record within its limits, watches the disk, and registers the metrics of the stores and the audit record. */
export function openMonitoring(
  settings: Settings,
  { stores, collections, audit, registry, faults, log, clock }: MonitoringDependencies,
): { close(): Promise<void> } {
  const maxBytes = maxAuditBytes(settings);
  const retention = openAuditRetention({
    collections,
    ephemeral: stores.ephemeral,
    record: audit.record,
    clock,
    keepDays: settings.audit.keepDays,
    maxBytes,
    warn: log.warn,
    onFault: faults.background,
  });
  const isEmbedded = settings.stores.mongodbUri === undefined || settings.stores.redisUrl === undefined;
  const disk = isEmbedded ? watchDisk({ directory: settings.dataDir, warn: log.warn }) : undefined;
  if (disk !== undefined) registerDiskMetrics(registry, disk);
  registerCount(registry, {
    name: 'rolecall_store_failures_total',
    help: 'Operations that failed because a store was unavailable or full, or refused them. The log gives each reason once a minute.',
    read: faults.storeFailures,
  });
  registerGauge(registry, {
    name: 'rolecall_redis_shortcomings',
    help: 'Problems with settings of Redis; /readyz lists them.',
    read: () => stores.health.flatMap(({ shortcomings }) => shortcomings?.() ?? []).length,
  });
  registerAuditMetrics(registry, { audit, retention, maxBytes });
  return {
    async close() {
      disk?.close();
      await retention.close();
    },
  };
}

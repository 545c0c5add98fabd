import type { Registry } from 'prom-client';
import { registerGauge } from './register-gauge.ts';
import type { DiskWatch } from './watch-disk.ts';

/** Metrics of the embedded store's disk. */
export function registerDiskMetrics(registry: Registry, { space }: Pick<DiskWatch, 'space'>): void {
  registerGauge(registry, {
    name: 'rolecall_data_disk_free_bytes',
    help: 'Free space on the file system of the data directory, checked every minute.',
    read: () => space()?.freeBytes,
  });
  registerGauge(registry, {
    name: 'rolecall_data_disk_size_bytes',
    help: 'Size of the file system of the data directory.',
    read: () => space()?.totalBytes,
  });
}

import type { Settings } from '../settings/settings.ts';

/** The default limit, in MiB, of the audit record in the embedded store, which shares its disk with everything else. */
const EMBEDDED_MB = 10_240;

/** The maximum size of the stored audit record in bytes; `undefined` for no limit. */
export function maxAuditBytes({ audit, stores }: Pick<Settings, 'audit' | 'stores'>): number | undefined {
  const { keepMegabytes = stores.mongodbUri === undefined ? EMBEDDED_MB : 'unlimited' } = audit;
  return keepMegabytes === 'unlimited' ? undefined : keepMegabytes * 2 ** 20;
}

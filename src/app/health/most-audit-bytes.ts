import type { Settings } from '../settings.ts';

/** In MiB, what the embedded store keeps of the audit record unless told otherwise: it shares the disk with everything else. */
const EMBEDDED_MB = 10_240;

/** How many bytes the stored audit record may take; `undefined`: any number. */
export function mostAuditBytes({ audit, stores }: Pick<Settings, 'audit' | 'stores'>): number | undefined {
  const { keepMegabytes = stores.mongodbUri === undefined ? EMBEDDED_MB : 'unlimited' } = audit;
  return keepMegabytes === 'unlimited' ? undefined : keepMegabytes * 2 ** 20;
}

import type { AuditEvent } from '../../kernel/audit-event.ts';

/** Where events are that belong to no region. */
export const GLOBAL_REGION = 'us-east-1';

export function regionOf({ region = GLOBAL_REGION }: AuditEvent): string {
  return region;
}

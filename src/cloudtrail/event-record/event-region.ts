import { type AuditEvent, GLOBAL_REGION } from '../../kernel/audit-event.ts';

export function regionOf({ region = GLOBAL_REGION }: AuditEvent): string {
  return region;
}

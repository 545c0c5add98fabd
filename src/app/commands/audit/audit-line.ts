import { recordOf } from '../../../cloudtrail/event-record/shown-event.ts';
import type { AuditEvent } from '../../../kernel/audit-event.ts';
import type { AuditFormat } from './audit-formats.ts';
import { ocsfEvent } from './ocsf-event.ts';

const FORMATS: Readonly<Record<AuditFormat, (event: AuditEvent) => object>> = {
  rolecall: (event) => event,
  cloudtrail: recordOf,
  ocsf: ocsfEvent,
};

/** An event as a line of JSON. */
export function auditLine(event: AuditEvent, format: AuditFormat): string {
  return `${JSON.stringify(FORMATS[format](event))}\n`;
}

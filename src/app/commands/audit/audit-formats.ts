/** `rolecall`: as in the audit record. `cloudtrail`: as `LookupEvents` shows it. `ocsf`: Open Cybersecurity Schema Framework. */
export const AUDIT_FORMATS = ['rolecall', 'cloudtrail', 'ocsf'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

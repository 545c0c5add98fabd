import type { AuditEvent } from '../../kernel/audit-event.ts';

/** Codes that services share, and that CloudTrail shows as they are. */
const SHARED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'InternalFailure',
  'ServiceUnavailable',
  'SignatureDoesNotMatch',
]);

/** An error by the name of its shape, as CloudTrail shows those of IAM and STS: `NoSuchEntityException` for `NoSuchEntity`. */
export function errorCodeOf({ eventSource, errorCode }: AuditEvent): string | undefined {
  if (errorCode === undefined || (eventSource !== 'iam' && eventSource !== 'sts')) return errorCode;
  if (SHARED.has(errorCode) || errorCode.endsWith('Exception')) return errorCode;
  return errorCode === 'ValidationError' ? 'ValidationException' : `${errorCode}Exception`;
}

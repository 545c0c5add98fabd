import type { AuditEvent } from '../../src/kernel/audit-event.ts';

export const ACCOUNT = '111122223333';

/** The time of an event, by its number: a second apart. */
export const timeOf = (number: number): number => Date.UTC(2030, 0, 1) + number * 1000;

/** An event with what a test gives. */
export function auditEvent(number: number, given: Partial<AuditEvent> = {}): AuditEvent {
  const time = timeOf(number);
  return {
    eventId: `${time.toString(16).padStart(12, '0')}${String(number).padStart(20, '0')}`,
    eventTime: new Date(time).toISOString(),
    eventSource: 'iam',
    eventName: 'CreateUser',
    readOnly: false,
    accountId: ACCOUNT,
    actor: { type: 'User', arn: `arn:aws:iam::${ACCOUNT}:user/alice`, accountId: ACCOUNT },
    sourceIp: '192.0.2.1',
    authentication: { method: 'sigv4', mfa: false },
    resources: [`arn:aws:iam::${ACCOUNT}:user/bob`],
    request: { UserName: 'bob\n"é\u2028' },
    outcome: 'allowed',
    requestId: `request-${number}`,
    ...given,
  };
}

/** Events with these numbers. */
export function auditEvents(first: number, count: number): AuditEvent[] {
  return Array.from({ length: count }, (_, n) => auditEvent(first + n));
}

import type { AuditEvent } from '../../src/kernel/audit-event.ts';

/** An event with what a test gives. */
export function auditEvent(number: number, given: Partial<AuditEvent> = {}): AuditEvent {
  const time = Date.UTC(2030, 0, 1) + number * 1000;
  return {
    eventId: `${time.toString(16).padStart(12, '0')}${String(number).padStart(20, '0')}`,
    eventTime: new Date(time).toISOString(),
    eventSource: 'iam',
    eventName: 'CreateUser',
    readOnly: false,
    accountId: '111122223333',
    actor: { type: 'User', arn: 'arn:aws:iam::111122223333:user/alice', accountId: '111122223333' },
    sourceIp: '192.0.2.1',
    authentication: { method: 'sigv4', mfa: false },
    resources: ['arn:aws:iam::111122223333:user/bob'],
    request: { UserName: 'bob\n"é' },
    outcome: 'allowed',
    requestId: `request-${number}`,
    ...given,
  };
}

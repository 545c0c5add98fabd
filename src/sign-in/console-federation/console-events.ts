import type { Caller } from '../../identity/sessions/caller.ts';
import type { AuditEvent, RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { ServiceError } from '../../kernel/service-error.ts';
import { actorOf } from '../../operations/audit.ts';
import type { RequestFacts } from '../events/sign-in-events.ts';

/** What happened. The names are those of AWS's CloudTrail, and `ConsoleLogout`. */
interface ConsoleEvent {
  readonly name: 'GetSigninToken' | 'ConsoleLogin' | 'ConsoleLogout';
  readonly source: RequestFacts;
  /** Absent if nobody was found to be behind the request. */
  readonly caller?: Caller | undefined;
  readonly error?: ServiceError;
}

const LONGEST_AGENT = 512;

/** Records events of console federation. Nothing that was sent gets into them: it has secrets. */
export function consoleEvents({
  record,
  clock,
  random,
}: {
  readonly record: RecordAuditEvent;
  readonly clock: Clock;
  readonly random: Random;
}) {
  const nextEventId = eventIdMaker(random);
  return ({ name, source, caller, error }: ConsoleEvent): Promise<void> => {
    const now = clock.now();
    const event: AuditEvent = {
      eventId: nextEventId(now),
      eventTime: new Date(now).toISOString(),
      eventSource: 'sign-in',
      eventName: name,
      readOnly: false,
      ...(caller && { accountId: caller.accountId }),
      actor: caller === undefined ? { type: 'Anonymous' } : actorOf(caller),
      sourceIp: source.ip,
      ...(source.userAgent !== undefined && { userAgent: source.userAgent.slice(0, LONGEST_AGENT) }),
      authentication: { method: 'federation', mfa: caller?.session?.mfaAuthenticatedAt !== undefined },
      resources: [],
      outcome: error === undefined ? 'allowed' : 'refused',
      ...(error !== undefined && { errorCode: error.code, errorMessage: error.message }),
      requestId: source.requestId,
    };
    return record(event);
  };
}

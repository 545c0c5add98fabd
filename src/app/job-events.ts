import type { AuditEvent, RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { eventIdMaker } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';

/** What a job of the server did: which event it is, whose, and about what. */
export type JobEvent = Pick<AuditEvent, 'eventName' | 'accountId' | 'resources' | 'people' | 'request'>;

interface JobEventsDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly record: RecordAuditEvent;
}

/** Records what jobs of the server change by themselves, such as on a date: nobody calls, so the server is the actor. */
export function jobEvents({ clock, random, record }: JobEventsDependencies): (event: JobEvent) => Promise<void> {
  const nextEventId = eventIdMaker(random);
  return (event) => {
    const now = clock.now();
    const eventId = nextEventId(now);
    return record({
      eventId,
      eventTime: new Date(now).toISOString(),
      eventSource: 'rolecall',
      readOnly: false,
      actor: { type: 'Service' },
      sourceIp: 'internal',
      authentication: { method: 'internal', mfa: false },
      outcome: 'allowed',
      requestId: eventId,
      ...event,
    });
  };
}

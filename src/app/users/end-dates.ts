import { userHolder } from '../../identity/credentials/stored-holders.ts';
import type { User } from '../../identity/documents/user.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { type EndDates, openEndDates } from '../../identity/users/end-dates.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';

interface AppEndDatesDependencies {
  readonly store: IdentityStore;
  readonly feed: Pick<Ephemeral, 'subscribe'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: RecordAuditEvent;
  readonly onFault: (fault: unknown) => void;
}

/** Ends users on their dates, and audits it. */
export function openAppEndDates({ random, record, ...deps }: AppEndDatesDependencies): EndDates {
  const nextEventId = eventIdMaker(random);
  const ended = (user: User): void => {
    const now = deps.clock.now();
    const eventId = nextEventId(now);
    const recorded = record({
      eventId,
      eventTime: new Date(now).toISOString(),
      eventSource: 'rolecall',
      eventName: 'EndUser',
      readOnly: false,
      accountId: user.accountId,
      actor: { type: 'Service' },
      sourceIp: 'internal',
      authentication: { method: 'internal', mfa: false },
      resources: [userHolder(user).arn],
      people: [user.userId],
      request: { endDate: new Date(user.disabled?.endDate?.at ?? now).toISOString() },
      outcome: 'allowed',
      requestId: eventId,
    });
    recorded.catch(deps.onFault);
  };
  return openEndDates({ ...deps, ended });
}

import { userHolder } from '../../identity/credentials/stored-holders.ts';
import type { User } from '../../identity/documents/user.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { type EndDates, openEndDates } from '../../identity/users/end-dates.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { jobEvents } from '../job-events.ts';

interface AppEndDatesDependencies {
  readonly store: IdentityStore;
  readonly feed: Pick<Ephemeral, 'subscribe'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: RecordAuditEvent;
  readonly onFault: (fault: unknown) => void;
}

/** Ends users on their dates, and audits it. */
export function openAppEndDates(deps: AppEndDatesDependencies): EndDates {
  const record = jobEvents(deps);
  const ended = (user: User): void => {
    const recorded = record({
      eventName: 'EndUser',
      accountId: user.accountId,
      resources: [userHolder(user).arn],
      people: [user.userId],
      request: { endDate: new Date(user.disabled?.endDate?.at ?? deps.clock.now()).toISOString() },
    });
    recorded.catch(deps.onFault);
  };
  return openEndDates({ ...deps, ended });
}

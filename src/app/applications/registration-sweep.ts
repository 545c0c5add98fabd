import {
  type RegistrationLifetimes,
  sweepRegistrations,
} from '../../identity/applications/registration/sweep-registrations.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { OidcSettings } from '../../oidc/settings.ts';
import { jobEvents } from '../job-events.ts';

const HOUR = 3_600_000;
/** How often a process looks for applications to remove. */
const LOOK_MS = HOUR / 2;

interface SweepDependencies {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: RecordAuditEvent;
  readonly onFault: (fault: unknown) => void;
}

export interface RegistrationSweep {
  /** Removes what is due now. */
  run(): Promise<void>;
  /** Does so again and again. */
  start(): void;
  close(): Promise<void>;
}

/** Removes applications that registered themselves and are not used, also while registration is off, and audits it. */
export function openRegistrationSweep(
  { unusedDays, open }: OidcSettings['registration'],
  { store, clock, random, record, onFault }: SweepDependencies,
): RegistrationSweep {
  const lifetimes: RegistrationLifetimes = {
    unusedMs: unusedDays * 24 * HOUR,
    neverUsedMs: open.neverUsedHours * HOUR,
  };
  const recordEvent = jobEvents({ clock, random, record });
  const removed = ({ accountId, applicationId, registration }: Application): Promise<void> =>
    recordEvent({
      eventName: 'ExpireClientRegistration',
      accountId,
      resources: [applicationId],
      request: { lastUsedAt: new Date(registration?.lastUsedAt ?? clock.now()).toISOString() },
    });
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const run = (): Promise<void> => {
    running ??= sweepRegistrations({ store, lifetimes }, clock.now())
      .then(async (applications) => void (await Promise.all(applications.map(removed))))
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    run,
    start() {
      timer = setInterval(() => void run().catch(onFault), LOOK_MS);
      timer.unref();
    },
    async close() {
      clearInterval(timer);
      await running?.catch(onFault);
    },
  };
}

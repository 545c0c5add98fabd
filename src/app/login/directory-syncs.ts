import { connectorOpener } from '../../federation/connectors/open-connector.ts';
import { type DirectorySyncs, openDirectorySyncs } from '../../federation/directory-sync/open-syncs.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { AuditEvent, RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';

/** How often a process looks whether a sync is due. */
const LOOK_MS = 60_000;

export interface AppSyncsDependencies {
  readonly store: IdentityStore;
  readonly ephemeral: Ephemeral;
  readonly clock: Clock;
  readonly random: Random;
  readonly connectors: Parameters<typeof connectorOpener>[0];
  readonly record: RecordAuditEvent;
  readonly onFault: (fault: unknown) => void;
}

type SyncEvent = Pick<AuditEvent, 'eventName' | 'accountId' | 'resources' | 'request' | 'outcome' | 'errorMessage'>;

const OUTCOMES = { running: 'failed', succeeded: 'allowed', failed: 'failed', refused: 'refused' } as const;

/** Directory syncs on demand, which are audited. */
export function openAuditedSyncs(deps: AppSyncsDependencies): DirectorySyncs {
  const { store, ephemeral, clock, random, record, onFault } = deps;
  const open = connectorOpener(deps.connectors);
  const nextEventId = eventIdMaker(random);
  const recordEvent = async (event: SyncEvent): Promise<void> => {
    const now = clock.now();
    const eventId = nextEventId(now);
    await record({
      eventId,
      eventTime: new Date(now).toISOString(),
      eventSource: 'directory-sync',
      readOnly: false,
      actor: { type: 'Service' },
      sourceIp: 'internal',
      authentication: { method: 'directory', mfa: false },
      requestId: eventId,
      ...event,
    });
  };
  return openDirectorySyncs({
    store,
    ephemeral,
    clock,
    random,
    onFault,
    open: (connector) => open(connector).directory,
    audit: ({ accountId, name }, { action, userName, reason }) =>
      recordEvent({
        eventName: 'SyncUser',
        accountId,
        resources: [userName],
        request: { connector: name, action, reason },
        outcome: 'allowed',
      }),
    ended: ({ accountId, name }, { state, isDryRun, kind, listed, linked, counts, message }) =>
      recordEvent({
        eventName: 'DirectorySync',
        accountId,
        resources: [name],
        request: { connector: name, isDryRun, ...(kind !== undefined && { kind }), listed, linked, ...counts },
        outcome: OUTCOMES[state],
        ...(message !== undefined && { errorMessage: message }),
      }),
  });
}

/** Directory syncs, on demand and on schedule. All processes look; the first one begins. */
export function openAppSyncs(deps: AppSyncsDependencies): DirectorySyncs {
  const syncs = openAuditedSyncs(deps);
  const timer = setInterval(() => void syncs.startDue().catch(deps.onFault), LOOK_MS);
  timer.unref();
  return {
    ...syncs,
    async close() {
      clearInterval(timer);
      await syncs.close();
    },
  };
}

import { userInfo } from 'node:os';
import { openAuditLog } from '../../audit/audit-log.ts';
import type { AuditEvent } from '../../kernel/audit-event.ts';
import { systemClock } from '../../kernel/clock.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import type { CollectionStore } from '../../ports/collections.ts';

/** The action of a command, for the audit record. */
export type CommandEvent = Pick<AuditEvent, 'eventName' | 'resources'> &
  Partial<Pick<AuditEvent, 'accountId' | 'people' | 'request'>>;

/**
 * Audits a change made by a command. Resolves when the record is durable. The actor is only known as far as the
 * operating system reports it.
 * @throws {StoreUnavailableError} if the record cannot be stored
 */
export async function recordCommand(collections: CollectionStore, event: CommandEvent): Promise<void> {
  const random = systemRandom();
  const audit = openAuditLog({ collections, log: () => {}, clock: systemClock, random });
  const now = systemClock.now();
  const eventId = eventIdMaker(random)(now);
  try {
    await audit.record({
      eventId,
      eventTime: new Date(now).toISOString(),
      eventSource: 'command-line',
      eventName: event.eventName,
      readOnly: false,
      ...(event.accountId !== undefined && { accountId: event.accountId }),
      actor: { type: 'Service' },
      sourceIp: 'internal',
      authentication: { method: 'operating-system', mfa: false },
      resources: event.resources,
      ...(event.people !== undefined && { people: event.people }),
      request: { ...event.request, systemUser: systemUser() },
      outcome: 'allowed',
      requestId: eventId,
    });
  } finally {
    await audit.close();
  }
}

/** The name of the operating system's user, or its number if it has no name (as in a container). */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

import { userInfo } from 'node:os';
import { openAuditLog } from '../../audit/audit-log.ts';
import type { AuditEvent } from '../../kernel/audit-event.ts';
import { systemClock } from '../../kernel/clock.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import type { CollectionStore } from '../../ports/collections.ts';

/** What a command did, for the record. */
export type CommandEvent = Pick<AuditEvent, 'eventName' | 'resources'> &
  Partial<Pick<AuditEvent, 'accountId' | 'request'>>;

/**
 * Puts what a command has changed on record; resolves when it is durable. Who did it is known only as far as the operating system tells.
 * @throws {StoreUnavailableError} if it could not be stored
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
      request: { ...event.request, systemUser: systemUser() },
      outcome: 'allowed',
      requestId: eventId,
    });
  } finally {
    await audit.close();
  }
}

/** The name of the user of the operating system, or its number where it has none (as in a container). */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

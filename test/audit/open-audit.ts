import { type AuditLogOptions, openAuditLog } from '../../src/audit/audit-log.ts';
import { type AuditQuery, queryAudit } from '../../src/audit/query-audit.ts';
import { openAuditCollections } from '../../src/audit/stored-audit.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { EmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { ACCOUNT } from './audit-events.ts';

/** An audit log on a store, what it logged, and how its record is read. */
export function openAudit({ collections }: EmbeddedStore, given: Partial<AuditLogOptions> = {}) {
  const logged: AuditEvent[] = [];
  const log = openAuditLog({
    collections,
    clock: systemClock,
    log: (json) => logged.push(JSON.parse(json.toString()) as AuditEvent),
    ...given,
  });
  const record = openAuditCollections(collections);

  /** The numbers of the events that a query gives, page by page until there are no more. */
  async function ask(query: AuditQuery): Promise<readonly string[]> {
    const pages: string[] = [];
    let after: string | undefined;
    do {
      const page = await queryAudit(record.blocks, {
        accountId: ACCOUNT,
        limit: 3,
        ...query,
        ...(after !== undefined && { after }),
      });
      pages.push(page.items.map(({ requestId }) => requestId.slice('request-'.length)).join());
      after = page.next;
    } while (after !== undefined);
    return pages;
  }

  return { ...log, ...record, logged, ask, verify: () => verifyAudit(record) };
}

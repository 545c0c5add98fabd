import { indexAudit } from '../../../audit/index-audit.ts';
import { openAuditCollections } from '../../../audit/stored-audit.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersCollections } from '../command-stores.ts';

/** A server that writes a block may not have written its entry yet. */
const MAY_BE_WRITTEN_MS = 10 * 60_000;

/** Adds what is missing to the index of the audit record. Servers may run. */
export async function indexStoredAudit(
  { settings, report }: CommandContext,
  { from = 0 }: { readonly from?: number | undefined },
): Promise<void> {
  const store = await openServersCollections(settings, report);
  try {
    const range = { from, until: systemClock.now() - MAY_BE_WRITTEN_MS };
    const { blocks, added } = await indexAudit(openAuditCollections(listedOnly(store)), range);
    report.say(`read ${blocks} blocks, and added ${added} entries to the index`);
  } finally {
    await store.close();
  }
}

import type { AuditBatch } from '../../../audit/stored-audit.ts';
import { openAuditCollections } from '../../../audit/stored-audit.ts';
import { type AuditVerification, verifyAudit } from '../../../audit/verify-audit.ts';
import type { CollectionStore } from '../../../ports/collections.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersCollections } from '../command-stores.ts';

/** A link of a chain, as in the last line of a server's log. */
export type ExpectedLink = Pick<AuditBatch, 'chainId' | 'sequence' | 'hash'>;

/** The maximum number of faults reported individually. */
const MAX_REPORTED = 20;

/**
 * Checks the whole audit record.
 * @param expected A link that was noted elsewhere earlier. Without it, records cut off at the very end go unnoticed.
 * @throws {Error} if the record has been altered
 */
export async function checkAudit({ settings, stdout, report }: CommandContext, expected?: ExpectedLink): Promise<void> {
  const store = await openServersCollections(settings, report);
  try {
    const audit = openAuditCollections(listedOnly(store));
    const found = await verifyAudit(audit);
    stdout.write(`${summary(found)}\n`);
    for (const line of problemLines(found)) stdout.write(`${line}\n`);
    const [newest] = (await audit.batches.find('key', [], { descending: true, limit: 1 })).items;
    if (newest !== undefined) stdout.write(`newest link: ${newest.chainId}/${newest.sequence}/${newest.hash}\n`);
    const problems = found.faults.length + found.unnamed.length;
    if (problems > 0) throw new Error(`the audit record is not as it was recorded: ${problems} problems, listed above`);
    if (expected !== undefined) await requireLink(store, expected);
    report.say('the audit record is intact');
  } finally {
    await store.close();
  }
}

function summary({ events, blocks, batches, chains }: AuditVerification): string {
  return `${events} events in ${blocks} blocks, ${batches} links, ${chains} chains`;
}

function problemLines({ faults, unnamed }: AuditVerification): readonly string[] {
  const lines = [
    ...faults.map(({ chainId, sequence, problem, block }) => {
      const where = block === undefined ? '' : ` (block ${block})`;
      return `${problem}: ${chainId}/${sequence}${where}`;
    }),
    ...unnamed.map((block) => `in no link: block ${block}`),
  ];
  const more = lines.length - MAX_REPORTED;
  return more > 0 ? [...lines.slice(0, MAX_REPORTED), `… and ${more} more`] : lines;
}

async function requireLink(store: CollectionStore, { chainId, sequence, hash }: ExpectedLink): Promise<void> {
  const { batches, trims } = openAuditCollections(listedOnly(store));
  const trim = await trims.get([chainId]);
  if (trim !== undefined && sequence < trim.sequence)
    throw new Error(`the link ${chainId}/${sequence} was removed by retention: use a newer one`);
  const link = trim?.sequence === sequence ? trim : await batches.get([chainId, sequence]);
  if (link === undefined)
    throw new Error(
      `the link ${chainId}/${sequence} is not in the record: events were cut off, or this is another store`,
    );
  if (link.hash !== hash) throw new Error(`the link ${chainId}/${sequence} is in the record with another hash`);
}

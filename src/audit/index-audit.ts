import { termsOf } from '../identity/activity/activity-terms.ts';
import type { AuditEvent } from '../kernel/audit-event.ts';
import { makePause } from '../kernel/pause.ts';
import { DuplicateKeyError, type FindOptions } from '../ports/collections.ts';
import { timeText } from './event-time.ts';
import { unpackLines } from './packed-lines.ts';
import type { AuditBlock, AuditCollections } from './stored-audit.ts';

/** Kept small, because blocks may be large. */
const BLOCKS_AT_ONCE = 20;

/** What was indexed. */
export interface IndexedAudit {
  readonly blocks: number;
  /** Blocks that had no entry, and have one now. */
  readonly added: number;
}

/** Times in ms since the epoch: `from` and later, before `until`. */
export interface IndexedRange {
  readonly from: number;
  /** Some minutes ago: a server that writes a block may not have written its entry yet. */
  readonly until: number;
}

/**
 * Adds what is missing to the index: blocks of versions that had none, or of such a process that ran beside others. Entries that exist
 * stay. Servers may run.
 */
export async function indexAudit(audit: IndexedCollections, { from, until }: IndexedRange): Promise<IndexedAudit> {
  const pause = makePause();
  const count = { blocks: 0, added: 0 };
  for await (const block of blocksOf(audit.blocks, { from: timeText(from), below: timeText(until) })) {
    count.blocks++;
    await pause();
    if (await addEntry(audit, block)) count.added++;
  }
  return count;
}

type IndexedCollections = Pick<AuditCollections, 'blocks' | 'index'>;

async function* blocksOf(
  blocks: AuditCollections['blocks'],
  range: Required<Pick<FindOptions, 'from' | 'below'>>,
): AsyncGenerator<AuditBlock> {
  for (let account: string | undefined; ; ) {
    // The smallest string after the account's id.
    const next = await blocks.find('key', [], { limit: 1, ...(account !== undefined && { from: `${account}\0` }) });
    account = next.items[0]?.accountId;
    if (account === undefined) return;
    let after: string | undefined;
    do {
      const options = { ...range, limit: BLOCKS_AT_ONCE, ...(after !== undefined && { after }) };
      const page = await blocks.find('key', [account], options);
      yield* page.items;
      after = page.next;
    } while (after !== undefined);
  }
}

/** Whether an entry was missing. */
async function addEntry({ blocks, index }: IndexedCollections, block: AuditBlock): Promise<boolean> {
  const { accountId, blockId } = block;
  const terms = termsIn(block);
  if (terms.length === 0) return false;
  try {
    await index.insert({ accountId, blockId, terms });
  } catch (error) {
    if (error instanceof DuplicateKeyError) return false;
    throw error;
  }
  // Retention may have removed the block meanwhile.
  if ((await blocks.get([accountId, blockId])) === undefined) await index.remove([accountId, blockId]);
  return true;
}

function termsIn(block: AuditBlock): string[] {
  const lines = unpackLines(block).split('\n');
  return [...new Set(lines.flatMap((line) => termsOf(JSON.parse(line) as AuditEvent)))];
}

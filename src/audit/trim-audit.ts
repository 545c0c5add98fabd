import { type Collection, DuplicateKeyError } from '../ports/collections.ts';
import { timeOfId } from './event-time.ts';
import { type AuditBatch, type AuditCollections, keyOfReference } from './stored-audit.ts';

/** What the record may hold. What is older, or too much, goes; the oldest first. */
export interface AuditLimits {
  /** Batches with no event after this time (ms since the epoch) go. */
  readonly from?: number | undefined;
  /** Bytes that the record may take. */
  readonly mostBytes?: number | undefined;
}

/** What was removed. */
export interface TrimmedAudit {
  readonly batches: number;
  /** How far the record was removed: the time of the newest batch that went, ms since the epoch. */
  readonly until: number;
}

/** Removed together, between two looks at the size. */
const BATCHES_AT_ONCE = 20;
/** Chains of several processes overlap: one is followed so far beyond the oldest batch of the others, ms. */
const OVERLAP_MS = 60_000;

/** A chain by its oldest batch, or what is left of it. */
interface Chain {
  readonly chainId: string;
  oldest: AuditBatch | undefined;
}

/** How many bytes the record takes; `undefined` if the store does not know. */
export async function auditBytes({
  blocks,
  batches,
}: Pick<AuditCollections, 'blocks' | 'batches'>): Promise<number | undefined> {
  const [inBlocks, inBatches] = await Promise.all([blocks.bytes(), batches.bytes()]);
  return inBlocks === undefined || inBatches === undefined ? undefined : inBlocks + inBatches;
}

/**
 * Removes the oldest batches of the record, from the beginnings of its chains. What a chain has left is tied to the hash of its newest
 * removed link, which is stored before anything is removed; so a crash at any moment leaves a record that can be verified.
 * Several processes may trim at once.
 */
export async function trimAudit(audit: AuditCollections, { from = 0, mostBytes }: AuditLimits): Promise<TrimmedAudit> {
  const chains = await chainsOf(audit.batches);
  let batches = 0;
  let until = 0;
  const isTooMuch = async () => mostBytes !== undefined && ((await auditBytes(audit)) ?? 0) > mostBytes;
  for (;;) {
    const [chain, next] = chains
      .filter(({ oldest }) => oldest !== undefined)
      .sort((one, other) => timeOf(one.oldest) - timeOf(other.oldest));
    if (chain === undefined) break;
    const bySize = await isTooMuch();
    const upTo = next === undefined ? Number.POSITIVE_INFINITY : timeOf(next.oldest) + OVERLAP_MS;
    const page = await audit.batches.find('key', [chain.chainId], { limit: BATCHES_AT_ONCE });
    const stays = page.items.findIndex((batch) => timeOf(batch) > upTo || !(bySize || timeOf(batch) < from));
    if (stays === 0) break;
    const removed = stays === -1 ? page.items : page.items.slice(0, stays);
    await remove(audit, removed);
    batches += removed.length;
    until = Math.max(until, timeOf(removed.at(-1)));
    chain.oldest = page.items[removed.length] ?? (await firstOf(audit.batches, chain.chainId));
  }
  return { batches, until };
}

/** Every block of a batch has the same id, which begins with the time of the batch's newest event. */
function timeOf(batch: AuditBatch | undefined): number {
  const [reference] = batch?.blocks ?? [];
  return reference === undefined ? 0 : timeOfId(keyOfReference(reference)[1]);
}

async function firstOf(batches: Collection<AuditBatch>, chainId: string): Promise<AuditBatch | undefined> {
  return (await batches.find('key', [chainId], { limit: 1 })).items[0];
}

async function chainsOf(batches: Collection<AuditBatch>): Promise<Chain[]> {
  const chains: Chain[] = [];
  for (let from: string | undefined; ; ) {
    const options = from === undefined ? { limit: 1 } : { limit: 1, from };
    const [oldest] = (await batches.find('key', [], options)).items;
    if (oldest === undefined) return chains;
    chains.push({ chainId: oldest.chainId, oldest });
    // The least text after the chain's id.
    from = `${oldest.chainId}\0`;
  }
}

async function remove({ blocks, batches, trims }: AuditCollections, removed: readonly AuditBatch[]): Promise<void> {
  const newest = removed.at(-1);
  if (newest === undefined) return;
  const { chainId, sequence, hash } = newest;
  const trim = { chainId, sequence, hash };
  const goOn = () => trims.update([chainId], (old) => (old.sequence < sequence ? trim : old));
  if ((await goOn()) === undefined) {
    await trims.insert(trim).catch(async (error: unknown) => {
      if (!(error instanceof DuplicateKeyError)) throw error;
      await goOn();
    });
  }
  await Promise.all(removed.flatMap((batch) => batch.blocks.map((name) => blocks.remove(keyOfReference(name)))));
  await Promise.all(removed.map((batch) => batches.remove([batch.chainId, batch.sequence])));
}

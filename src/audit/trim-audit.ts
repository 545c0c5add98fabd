import { type Collection, DuplicateKeyError } from '../ports/collections.ts';
import { timeOfId } from './event-time.ts';
import { type AuditBatch, type AuditCollections, keyOfReference } from './stored-audit.ts';

/** The limits of the audit log. What exceeds them is removed, oldest first. */
export interface AuditLimits {
  /** Batches whose newest event is older than this (ms since the epoch) are removed. */
  readonly from?: number | undefined;
  /** Maximum size of the audit log in bytes. */
  readonly maxBytes?: number | undefined;
}

/** What was removed. */
export interface TrimmedAudit {
  readonly batches: number;
  /** The time of the newest removed batch, in ms since the epoch. */
  readonly until: number;
}

/** Number of batches removed together, between two checks of the size. */
const BATCHES_AT_ONCE = 20;
/** Chains of several processes overlap. One chain is trimmed up to this many ms beyond the oldest batch of the others. */
const OVERLAP_MS = 60_000;

/** A chain, and the oldest batch left of it. */
interface Chain {
  readonly chainId: string;
  oldest: AuditBatch | undefined;
}

/** The size of the audit log in bytes; `undefined` if the store does not know. */
export async function auditBytes({
  blocks,
  batches,
  index,
}: Pick<AuditCollections, 'blocks' | 'batches' | 'index'>): Promise<number | undefined> {
  const sizes = await Promise.all([blocks.bytes(), batches.bytes(), index.bytes()]);
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}

/**
 * Removes the oldest batches of the audit log, from the beginnings of its chains. The rest of a chain is tied to the hash of its newest
 * removed link. That hash is stored before anything is removed, so after a crash at any moment the audit log can still be verified.
 * Several processes may trim concurrently.
 */
export async function trimAudit(audit: AuditCollections, { from = 0, maxBytes }: AuditLimits): Promise<TrimmedAudit> {
  const chains = await chainsOf(audit.batches);
  let batches = 0;
  let until = 0;
  const isTooMuch = async () => maxBytes !== undefined && ((await auditBytes(audit)) ?? 0) > maxBytes;
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

/** All blocks of a batch have the same id, which begins with the time of the batch's newest event. */
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
    // The smallest string after the chain's id.
    from = `${oldest.chainId}\0`;
  }
}

async function remove(
  { blocks, batches, trims, index }: AuditCollections,
  removed: readonly AuditBatch[],
): Promise<void> {
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
  const keys = removed.flatMap((batch) => batch.blocks.map(keyOfReference));
  await Promise.all(keys.flatMap((key) => [blocks.remove(key), index.remove(key)]));
  await Promise.all(removed.map((batch) => batches.remove([batch.chainId, batch.sequence])));
}

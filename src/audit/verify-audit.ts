import type { Collection } from '../ports/collections.ts';
import { batchHash } from './audit-chain.ts';
import { unpackLines } from './packed-lines.ts';
import {
  type AuditBatch,
  type AuditBlock,
  type AuditCollections,
  type AuditTrim,
  allOf,
  keyOfReference,
  referenceOf,
} from './stored-audit.ts';

/** A place where the audit log differs from what was written. */
export interface AuditFault {
  readonly chainId: string;
  readonly sequence: string;
  readonly problem: 'block missing' | 'changed' | 'batch missing' | 'not tied to the batch before';
  /** `accountId/blockId`, if a single block is affected. */
  readonly block?: string;
}

export interface AuditVerification {
  readonly chains: number;
  readonly batches: number;
  readonly blocks: number;
  readonly events: number;
  readonly faults: readonly AuditFault[];
  /**
   * Blocks (`accountId/blockId`) that no batch names. Either they were added from outside, or a store without transactions failed
   * between writing a batch's blocks and its link; their events were then reported as failed.
   */
  readonly unnamed: readonly string[];
}

/**
 * Checks all chains, and reports where a block or batch was changed, removed or moved. Removal from the very end is only detected by
 * comparison with a link kept elsewhere (`AuditLog.head`), or if a later chain follows the removed part. What retention removed from
 * the beginning is not a fault (see `trim-audit.ts`).
 */
export async function verifyAudit({ blocks, batches, trims }: AuditCollections): Promise<AuditVerification> {
  const faults: AuditFault[] = [];
  const count = { chains: 0, batches: 0, blocks: 0, events: 0 };
  let before: AuditBatch | undefined;
  const trimmed = new Map<string, AuditTrim>();
  for await (const trim of allOf(trims)) trimmed.set(trim.chainId, trim);
  for await (const batch of allOf(batches)) {
    const trim = trimmed.get(batch.chainId);
    // Trimming was interrupted. The next round removes what is left of this batch.
    if (trim !== undefined && batch.sequence <= trim.sequence) continue;
    const sameChain = before?.chainId === batch.chainId ? before : undefined;
    if (sameChain === undefined) count.chains++;
    count.batches++;
    const found = await blocksOf(batch, blocks);
    count.blocks += found.length;
    for (const { lines } of found) count.events += lines.split('\n').length;
    faults.push(...(await placeFaults(batch, sameChain ?? trim, { batches, trimmed })), ...contentFaults(batch, found));
    before = batch;
  }
  // Only scan the blocks again if there are more than the batches name.
  const hasUnnamed = (await blocks.count('key', [])) !== count.blocks;
  return { ...count, faults, unnamed: hasUnnamed ? await unnamedBlocks({ blocks, batches }) : [] };
}

/** The blocks that the batch names, as far as they exist. */
async function blocksOf(batch: AuditBatch, blocks: Collection<AuditBlock>): Promise<BlockText[]> {
  const found = await Promise.all(batch.blocks.map((reference) => blocks.get(keyOfReference(reference))));
  return found.filter((block) => block !== undefined).map(textOf);
}

/** An unpacked block. */
type BlockText = Omit<AuditBlock, 'packed'>;

/** Unpacks a block. One that cannot be unpacked was changed; it is left as it is, and its hash will not match. */
function textOf(block: AuditBlock): BlockText {
  const { accountId, blockId } = block;
  try {
    return { accountId, blockId, lines: unpackLines(block) };
  } catch {
    return { accountId, blockId, lines: block.lines };
  }
}

/**
 * Checks that the batch follows what it claims to follow.
 * @param link The previous batch of its chain, or the last one trimmed from it.
 */
async function placeFaults(
  batch: AuditBatch,
  link: Pick<AuditBatch, 'sequence' | 'hash'> | undefined,
  { batches, trimmed }: { batches: Collection<AuditBatch>; trimmed: ReadonlyMap<string, AuditTrim> },
): Promise<AuditFault[]> {
  const { chainId, sequence, previousHash, follows } = batch;
  const fault = (problem: AuditFault['problem']): AuditFault[] => [{ chainId, sequence, problem }];
  if (Number(sequence) !== Number(link?.sequence ?? '0') + 1) return fault('batch missing');
  if (link !== undefined) return previousHash === link.hash ? [] : fault('not tied to the batch before');
  if (follows === undefined) return previousHash === '' ? [] : fault('not tied to the batch before');
  const [followedChain = '', followedSequence = ''] = follows.split('/');
  const trim = trimmed.get(followedChain);
  // The followed batch and its successor have been trimmed, so there is nothing left to compare with.
  if (trim !== undefined && followedSequence < trim.sequence) return [];
  const followed = trim?.sequence === followedSequence ? trim : await batches.get([followedChain, followedSequence]);
  if (followed === undefined) return fault('batch missing');
  return previousHash === followed.hash ? [] : fault('not tied to the batch before');
}

/** Checks that all of the batch's blocks exist and are unchanged. */
function contentFaults(batch: AuditBatch, found: readonly BlockText[]): AuditFault[] {
  const { chainId, sequence } = batch;
  if (found.length === batch.blocks.length)
    return batchHash(batch, found) === batch.hash ? [] : [{ chainId, sequence, problem: 'changed' }];
  const there = new Set(found.map(referenceOf));
  return batch.blocks
    .filter((reference) => !there.has(reference))
    .map((block) => ({ chainId, sequence, problem: 'block missing', block }));
}

/** Reads the blocks first, then the batches, so that the batches of blocks written meanwhile are found. */
async function unnamedBlocks({ blocks, batches }: Pick<AuditCollections, 'blocks' | 'batches'>): Promise<string[]> {
  const unnamed = new Set<string>();
  for await (const block of allOf(blocks)) unnamed.add(referenceOf(block));
  for await (const batch of allOf(batches)) for (const reference of batch.blocks) unnamed.delete(reference);
  return [...unnamed];
}

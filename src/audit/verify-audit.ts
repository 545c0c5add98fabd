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

/** Where the record is not what was recorded. */
export interface AuditFault {
  readonly chainId: string;
  readonly sequence: string;
  readonly problem: 'block missing' | 'changed' | 'batch missing' | 'not tied to the batch before';
  /** `accountId/blockId`, where one block is at fault. */
  readonly block?: string;
}

export interface AuditVerification {
  readonly chains: number;
  readonly batches: number;
  readonly blocks: number;
  readonly events: number;
  readonly faults: readonly AuditFault[];
  /**
   * Blocks (`accountId/blockId`) that no batch names: somebody added them, or a store without transactions failed between a
   * batch's blocks and its link, in which case their events were told as failed.
   */
  readonly unnamed: readonly string[];
}

/**
 * Goes through all chains and tells where a block or a batch was changed, removed or moved. What was cut off at the very end
 * shows only against a link noted elsewhere (`AuditLog.head`), or where a later chain follows what was cut. What retention removed from
 * the beginning is no fault (see `trim-audit.ts`).
 */
export async function verifyAudit({ blocks, batches, trims }: AuditCollections): Promise<AuditVerification> {
  const faults: AuditFault[] = [];
  const count = { chains: 0, batches: 0, blocks: 0, events: 0 };
  let before: AuditBatch | undefined;
  const trimmed = new Map<string, AuditTrim>();
  for await (const trim of allOf(trims)) trimmed.set(trim.chainId, trim);
  for await (const batch of allOf(batches)) {
    const trim = trimmed.get(batch.chainId);
    // Trimming was interrupted: what is left of this batch goes with the next round.
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
  // Only where there are more than were named is it worth going through them once more.
  const hasUnnamed = (await blocks.count('key', [])) !== count.blocks;
  return { ...count, faults, unnamed: hasUnnamed ? await unnamedBlocks({ blocks, batches }) : [] };
}

/** The blocks that the batch names, as far as they are there. */
async function blocksOf(batch: AuditBatch, blocks: Collection<AuditBlock>): Promise<BlockText[]> {
  const found = await Promise.all(batch.blocks.map((reference) => blocks.get(keyOfReference(reference))));
  return found.filter((block) => block !== undefined).map(textOf);
}

/** A block, unpacked. */
type BlockText = Omit<AuditBlock, 'packed'>;

/** What cannot be unpacked was changed: as it stands it does not have its hash. */
function textOf(block: AuditBlock): BlockText {
  const { accountId, blockId } = block;
  try {
    return { accountId, blockId, lines: unpackLines(block) };
  } catch {
    return { accountId, blockId, lines: block.lines };
  }
}

/**
 * Whether the batch follows what it says it follows.
 * @param link The batch before in its chain, or the last that was trimmed from it.
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
  // What came after it in its chain is gone too, and with it what it could be compared with.
  if (trim !== undefined && followedSequence < trim.sequence) return [];
  const followed = trim?.sequence === followedSequence ? trim : await batches.get([followedChain, followedSequence]);
  if (followed === undefined) return fault('batch missing');
  return previousHash === followed.hash ? [] : fault('not tied to the batch before');
}

/** Whether the batch's blocks are all there, and as they were. */
function contentFaults(batch: AuditBatch, found: readonly BlockText[]): AuditFault[] {
  const { chainId, sequence } = batch;
  if (found.length === batch.blocks.length)
    return batchHash(batch, found) === batch.hash ? [] : [{ chainId, sequence, problem: 'changed' }];
  const there = new Set(found.map(referenceOf));
  return batch.blocks
    .filter((reference) => !there.has(reference))
    .map((block) => ({ chainId, sequence, problem: 'block missing', block }));
}

/** Blocks first, then the batches: what is written meanwhile is named by the time its batch is looked for. */
async function unnamedBlocks({ blocks, batches }: Pick<AuditCollections, 'blocks' | 'batches'>): Promise<string[]> {
  const unnamed = new Set<string>();
  for await (const block of allOf(blocks)) unnamed.add(referenceOf(block));
  for await (const batch of allOf(batches)) for (const reference of batch.blocks) unnamed.delete(reference);
  return [...unnamed];
}

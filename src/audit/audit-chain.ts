import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Collection } from '../ports/collections.ts';
import { timeText } from './event-time.ts';
import { type AuditBatch, type AuditBlock, referenceOf } from './stored-audit.ts';

/** The inputs of a batch's hash besides its blocks. */
export type ChainLink = Pick<AuditBatch, 'chainId' | 'sequence' | 'previousHash'>;

/** A block to be hashed: its name, and its lines as text or UTF-8. */
export type HashedBlock = Pick<AuditBlock, 'accountId' | 'blockId'> & { readonly lines: string | Uint8Array };

/**
 * SHA-256 over the batch's position, the previous hash, and each block's name and lines. The input is unambiguous, because lines
 * start with a brace and names do not.
 */
export function batchHash({ chainId, sequence, previousHash }: ChainLink, blocks: Iterable<HashedBlock>): string {
  const hash = createHash('sha256').update(`${chainId}\n${sequence}\n${previousHash}`);
  for (const block of blocks) hash.update(`\n${referenceOf(block)}\n`).update(block.lines);
  return hash.digest('base64url');
}

/** Links the batches of one process: changing, removing or adding an event later breaks the chain. */
export interface AuditChain {
  /** Makes the link of the next batch. The batch must then be stored, or the chain has a gap. */
  next(blocks: readonly HashedBlock[]): AuditBatch;
  /** The newest link. If it is kept elsewhere (a log, a mailbox), it also proves that nothing was cut off at the end. */
  head(): { readonly chainId: string; readonly sequence: string; readonly hash: string } | undefined;
}

export interface AuditChainDependencies {
  readonly batches: Collection<AuditBatch>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Starts this process's chain, which follows the newest batch in the store. */
export async function startChain({ batches, clock, random }: AuditChainDependencies): Promise<AuditChain> {
  const newest = (await batches.find('key', [], { descending: true, limit: 1 })).items[0];
  const chainId = timeText(clock.now()) + random.bytes(8).toString('hex');
  let last: AuditBatch | undefined;
  return {
    next(blocks) {
      const link: ChainLink = {
        chainId,
        sequence: String(Number(last?.sequence ?? '0') + 1).padStart(12, '0'),
        previousHash: last?.hash ?? newest?.hash ?? '',
      };
      const follows = last === undefined && newest !== undefined && { follows: `${newest.chainId}/${newest.sequence}` };
      last = { ...link, ...follows, hash: batchHash(link, blocks), blocks: blocks.map(referenceOf) };
      return last;
    },
    head: () => last && { chainId: last.chainId, sequence: last.sequence, hash: last.hash },
  };
}

import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Collection } from '../ports/collections.ts';
import { timeText } from './event-time.ts';
import { type AuditBatch, type AuditBlock, referenceOf } from './stored-audit.ts';

/** What a batch's hash is made of, beside its blocks. */
export type ChainLink = Pick<AuditBatch, 'chainId' | 'sequence' | 'previousHash'>;

/** A block as it is hashed: its name, and its lines as text or as the text's UTF-8. */
export type HashedBlock = Pick<AuditBlock, 'accountId' | 'blockId'> & { readonly lines: string | Uint8Array };

/**
 * SHA-256 over where the batch stands, what was before, and each block's name and lines. It can be read in one way only:
 * lines begin with a brace, names do not.
 */
export function batchHash({ chainId, sequence, previousHash }: ChainLink, blocks: Iterable<HashedBlock>): string {
  const hash = createHash('sha256').update(`${chainId}\n${sequence}\n${previousHash}`);
  for (const block of blocks) hash.update(`\n${referenceOf(block)}\n`).update(block.lines);
  return hash.digest('base64url');
}

/** Ties the batches of one process together: whoever changes, removes or adds an event later breaks the chain. */
export interface AuditChain {
  /** The link of the next batch. It counts as made: its batch must be stored, or the chain has a gap. */
  next(blocks: readonly HashedBlock[]): AuditBatch;
  /** The newest link: noted elsewhere (a log, a colleague's mailbox), it also proves that nothing was cut off at the end. */
  head(): { readonly chainId: string; readonly sequence: string; readonly hash: string } | undefined;
}

export interface AuditChainDependencies {
  readonly batches: Collection<AuditBatch>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Starts a chain of this process, which begins with the hash of the newest batch in the store. */
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

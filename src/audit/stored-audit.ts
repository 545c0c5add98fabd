import * as z from 'zod';
import type { Collection, CollectionDeclaration, CollectionStore } from '../ports/collections.ts';

const auditBlockShape = z.object({
  accountId: z.string(),
  /** 12 hexadecimal digits of time (ms since the epoch), then 80 random bits: see {@link SPREAD_MS}. */
  blockId: z.string(),
  /** The events' JSON texts in the order of recording, joined by line ends (JSON texts hold none); never empty. */
  lines: z.string(),
  /** Whether `lines` is packed (see `packed-lines.ts`). */
  packed: z.boolean().optional(),
});
/**
 * The events of one account that were written together, each as one line of JSON: the text that was logged, and that the
 * chain hashes, so that no store can change it by reordering fields. Ten thousand events a second go through here: a block
 * costs them one document, and the shape does not look into them (their type is checked at compile time).
 */
export type AuditBlock = z.infer<typeof auditBlockShape>;

/** Block ids begin with a time, so the key alone gives an account's blocks in their order; there is no other index to keep. */
export const auditBlocks: CollectionDeclaration<AuditBlock> = {
  name: 'audit-blocks',
  shape: auditBlockShape,
  key: ['accountId', 'blockId'],
  unique: {},
  indexes: {},
  measured: true,
};

/**
 * The time that a block's id begins with is no earlier than that of any event in it, and later than it by no more than this.
 * One half goes to the gathering of a block (an event that comes later starts another), the other to the requests: an
 * event's time is when its request began, and it is recorded when that ends.
 */
export const SPREAD_MS = 60_000;

/** The account of events that have none (a sign-in by an unknown name). */
export const NO_ACCOUNT = '';

const auditBatchShape = z.object({
  chainId: z.string(),
  /** 12 digits, so that texts sort as the numbers do. */
  sequence: z.string(),
  /** Hash of the batch before in this chain; of the first, the hash of `follows`, or empty. */
  previousHash: z.string(),
  hash: z.string(),
  /** For the first of a chain: the newest batch that the store held then (`chainId/sequence`). */
  follows: z.string().optional(),
  /** `accountId/blockId` of the batch's blocks, in the order in which they are hashed. */
  blocks: z.array(z.string()),
});
/** A link of a chain: which blocks were written together, and the hash that ties them to all before. */
export type AuditBatch = z.infer<typeof auditBatchShape>;

export const auditBatches: CollectionDeclaration<AuditBatch> = {
  name: 'audit-batches',
  shape: auditBatchShape,
  key: ['chainId', 'sequence'],
  unique: {},
  indexes: {},
  measured: true,
};

const auditTrimShape = z.object({
  chainId: z.string(),
  /** The newest link that was removed, and its hash: the next one is tied to it. */
  sequence: z.string(),
  hash: z.string(),
});
/** How far a chain was removed from its beginning, so that what is left of it can still be verified. */
export type AuditTrim = z.infer<typeof auditTrimShape>;

export const auditTrims: CollectionDeclaration<AuditTrim> = {
  name: 'audit-trims',
  shape: auditTrimShape,
  key: ['chainId'],
  unique: {},
  indexes: {},
};

export interface AuditCollections {
  readonly blocks: Collection<AuditBlock>;
  readonly batches: Collection<AuditBatch>;
  readonly trims: Collection<AuditTrim>;
}

export function openAuditCollections(collections: CollectionStore): AuditCollections {
  return {
    blocks: collections.open(auditBlocks),
    batches: collections.open(auditBatches),
    trims: collections.open(auditTrims),
  };
}

/** How a batch names a block. */
export function referenceOf({ accountId, blockId }: Pick<AuditBlock, 'accountId' | 'blockId'>): string {
  return `${accountId}/${blockId}`;
}

/** The key of the block that a batch names. Account ids hold no slash. */
export function keyOfReference(reference: string): readonly [accountId: string, blockId: string] {
  const slash = reference.indexOf('/');
  return [reference.slice(0, slash), reference.slice(slash + 1)];
}

/** All documents of a collection in the order of their keys, a page at a time. */
export async function* allOf<Document extends object>(collection: Collection<Document>): AsyncGenerator<Document> {
  let after: string | undefined;
  do {
    const page = await collection.find('key', [], { limit: SCAN_PAGE, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** Blocks may be large. */
const SCAN_PAGE = 20;

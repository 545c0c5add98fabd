import * as z from 'zod';
import type { Collection, CollectionDeclaration, CollectionStore } from '../ports/collections.ts';

const auditBlockShape = z.object({
  accountId: z.string(),
  /** 12 hexadecimal digits of time (ms since the epoch), then 80 random bits: see {@link SPREAD_MS}. */
  blockId: z.string(),
  /** The events' JSON in the order in which they were audited, joined by line feeds (which the JSON does not contain); never empty. */
  lines: z.string(),
  /** Whether `lines` are packed (see `packed-lines.ts`). */
  packed: z.boolean().optional(),
});
/**
 * The events of one account that were written together, each as one line of JSON. It is the exact text that was logged and that the
 * chain hashes, so a store cannot change it by reordering fields. For throughput, a block is one document for many events, and the
 * shape does not validate them (their type is checked at compile time).
 */
export type AuditBlock = z.infer<typeof auditBlockShape>;

/** Block ids begin with a time, so the key alone gives an account's blocks in order, and no other index is needed. */
export const auditBlocks: CollectionDeclaration<AuditBlock> = {
  name: 'audit-blocks',
  shape: auditBlockShape,
  key: ['accountId', 'blockId'],
  unique: {},
  indexes: {},
  measured: true,
};

/**
 * The time at the start of a block's id is not before that of any event in the block, and at most this much after it. Half of the
 * spread is for collecting a block (a later event starts another one). The other half is for requests: an event has the time at which
 * its request began, but is audited when the request ends.
 */
export const SPREAD_MS = 60_000;

/** The account id of events that belong to no account (such as a sign-in with an unknown name). */
export const NO_ACCOUNT = '';

const auditBatchShape = z.object({
  chainId: z.string(),
  /** 12 digits, so that the strings sort like the numbers. */
  sequence: z.string(),
  /** The hash of the previous batch in this chain. For the first batch, the hash of `follows`, or empty. */
  previousHash: z.string(),
  hash: z.string(),
  /** For the first batch of a chain: the newest batch in the store at that time (`chainId/sequence`). */
  follows: z.string().optional(),
  /** `accountId/blockId` of the batch's blocks, in the order in which they are hashed. */
  blocks: z.array(z.string()),
});
/** A link of a chain: the blocks that were written together, and the hash that ties them to all previous ones. */
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
  /** The newest removed link, and its hash, to which the next link is tied. */
  sequence: z.string(),
  hash: z.string(),
});
/** How much of a chain was removed from its beginning, so that the rest can still be verified. */
export type AuditTrim = z.infer<typeof auditTrimShape>;

export const auditTrims: CollectionDeclaration<AuditTrim> = {
  name: 'audit-trims',
  shape: auditTrimShape,
  key: ['chainId'],
  unique: {},
  indexes: {},
};

const auditIndexShape = z.object({
  accountId: z.string(),
  blockId: z.string(),
  /** What the block has events of: `person/<id>` and others, see `activity-terms.ts`. */
  terms: z.array(z.string()),
});
/**
 * What the block of the same key has events of, so that these are found without reading all blocks. Written and removed together with the
 * block; absent if nobody looks for its events. The chain does not hash it: it can be made again from the blocks (`index-audit.ts`), and
 * readers check each event that it leads to.
 */
export type AuditIndexEntry = z.infer<typeof auditIndexShape>;

export const auditIndex: CollectionDeclaration<AuditIndexEntry> = {
  name: 'audit-index',
  shape: auditIndexShape,
  key: ['accountId', 'blockId'],
  unique: {},
  indexes: { byTerm: ['accountId', 'terms', 'blockId'] },
  measured: true,
};

export interface AuditCollections {
  readonly blocks: Collection<AuditBlock>;
  readonly batches: Collection<AuditBatch>;
  readonly trims: Collection<AuditTrim>;
  readonly index: Collection<AuditIndexEntry>;
}

export function openAuditCollections(collections: CollectionStore): AuditCollections {
  return {
    blocks: collections.open(auditBlocks),
    batches: collections.open(auditBatches),
    trims: collections.open(auditTrims),
    index: collections.open(auditIndex),
  };
}

/** The name of a block in a batch. */
export function referenceOf({ accountId, blockId }: Pick<AuditBlock, 'accountId' | 'blockId'>): string {
  return `${accountId}/${blockId}`;
}

/** The key of the block with this name. Account ids contain no slash. */
export function keyOfReference(reference: string): readonly [accountId: string, blockId: string] {
  const slash = reference.indexOf('/');
  return [reference.slice(0, slash), reference.slice(slash + 1)];
}

/** Yields all documents of a collection in key order, reading page by page. */
export async function* allOf<Document extends object>(collection: Collection<Document>): AsyncGenerator<Document> {
  let after: string | undefined;
  do {
    const page = await collection.find('key', [], { limit: SCAN_PAGE, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** Kept small, because blocks may be large. */
const SCAN_PAGE = 20;

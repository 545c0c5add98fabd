import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { AuditBlock } from './stored-audit.ts';

const deflate = promisify(deflateRaw);

/** Storing smaller blocks is as fast as packing them. */
const PACKED_FROM_BYTES = 16_384;
/** The fastest level. It is sufficient, because the lines are very similar. */
const LEVEL = 1;
/** More than any block contains. Manipulated data in the store must not fill the memory. */
const MAX_UNPACKED_BYTES = 64 * 2 ** 20;

/**
 * Packs the lines of a block for storage: large ones are deflated (RFC 1951) and base64-encoded. Deflating runs in Node's thread
 * pool. It leaves this thread with less data to store, and saves most of the disk space.
 */
export async function packLines(lines: Buffer): Promise<Pick<AuditBlock, 'lines' | 'packed'>> {
  if (lines.length < PACKED_FROM_BYTES) return { lines: lines.toString() };
  return { lines: (await deflate(lines, { level: LEVEL })).toString('base64'), packed: true };
}

/**
 * Unpacks the lines of a stored block, joined by line feeds.
 * @throws {Error} if they cannot be unpacked, because they were changed.
 */
export function unpackLines({ lines, packed }: Pick<AuditBlock, 'lines' | 'packed'>): string {
  if (packed !== true) return lines;
  const options = { maxOutputLength: MAX_UNPACKED_BYTES };
  return inflateRawSync(Buffer.from(lines, 'base64'), options).toString();
}

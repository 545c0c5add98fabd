import type { AuditLine } from '../kernel/audit-event.ts';
import { TextBuffer } from '../kernel/text-buffer.ts';
import { timeOfId, timeText } from './event-time.ts';
import { type AuditBlock, type AuditIndexEntry, NO_ACCOUNT, SPREAD_MS } from './stored-audit.ts';

/** Events to be written together, and the promise that their callers wait for. */
export interface OpenBatch {
  /** Each account's events as the lines of its block, in the order in which they were added. */
  readonly lines: Map<string, TextBuffer>;
  /** What each account's block has events of, for the index. Few batches have any. */
  terms: Map<string, Set<string>> | undefined;
  count: number;
  bytes: number;
  /** The greatest event id, which begins with the newest time. */
  newestId: string;
  /** Event ids from this one on are too late for this batch (see {@link SPREAD_MS}). */
  readonly below: string;
  /** Whether a caller is waiting for it. */
  isUrgent: boolean;
  readonly written: Promise<void>;
  settle(): void;
  fail(error: unknown): void;
}

const MAX_EVENTS = 1000;
/** A MongoDB document may be 16 times as large. */
const MAX_BYTES = 2 ** 20;
/** Room for about ten events. */
const FIRST_BYTES = 8192;
/** Enough for the batch being written and the next one, plus some for batches with events of several accounts. */
const MAX_SPARE = 4;

/** Reuses the buffers of written batches, because allocating new ones under load would keep the garbage collector busy. */
export class SpareBuffers {
  readonly #spare: TextBuffer[] = [];

  take(): TextBuffer {
    return this.#spare.pop() ?? new TextBuffer(FIRST_BYTES);
  }

  /** Takes back the buffers of a batch that is no longer read. */
  giveBack({ lines }: OpenBatch): void {
    for (const buffer of lines.values()) {
      if (this.#spare.length === MAX_SPARE) return;
      buffer.clear();
      this.#spare.push(buffer);
    }
  }
}

/** Opens a batch for this event, without adding the event. */
export function openBatch({ eventId }: AuditLine): OpenBatch {
  let settle = () => {};
  let fail: (error: unknown) => void = () => {};
  const written = new Promise<void>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Callers that await the promise see its rejection; those that do not must not cause an unhandled rejection.
  written.catch(() => undefined);
  return {
    lines: new Map(),
    terms: undefined,
    count: 0,
    bytes: 0,
    newestId: eventId,
    below: timeText(timeOfId(eventId) + SPREAD_MS / 2),
    isUrgent: false,
    written,
    settle,
    fail,
  };
}

/** Whether the event may be added to the batch. */
export function takes(batch: OpenBatch, { eventId, json }: AuditLine): boolean {
  return batch.count < MAX_EVENTS && batch.bytes + json.length <= MAX_BYTES && eventId < batch.below;
}

/** Adds an event to the batch. Hot path: it creates no closure or promise and validates nothing. */
export function addLine(
  batch: OpenBatch,
  { eventId, accountId = NO_ACCOUNT, json, terms }: AuditLine,
  spare: SpareBuffers,
): void {
  let lines = batch.lines.get(accountId);
  if (lines === undefined) {
    lines = spare.take();
    batch.lines.set(accountId, lines);
  } else lines.appendLineEnd();
  lines.appendBytes(json);
  batch.count++;
  batch.bytes += json.length;
  if (eventId > batch.newestId) batch.newestId = eventId;
  if (terms !== undefined && terms.length > 0) addTerms(batch, accountId, terms);
}

function addTerms(batch: OpenBatch, accountId: string, terms: readonly string[]): void {
  batch.terms ??= new Map();
  const known = batch.terms.get(accountId);
  if (known === undefined) batch.terms.set(accountId, new Set(terms));
  else for (const term of terms) known.add(term);
}

/** A block with its lines as bytes. */
export type BlockBytes = Omit<AuditBlock, 'lines'> & { readonly lines: Buffer };

/** The batch's blocks, one per account, all with the same id. */
export function blocksOf({ lines }: OpenBatch, blockId: string): BlockBytes[] {
  return Array.from(lines, ([accountId, text]) => ({ accountId, blockId, lines: text.bytes() }));
}

/** The entries in the index for the batch's blocks. */
export function indexEntriesOf({ terms }: OpenBatch, blockId: string): AuditIndexEntry[] {
  if (terms === undefined) return [];
  return Array.from(terms, ([accountId, found]) => ({ accountId, blockId, terms: [...found] }));
}

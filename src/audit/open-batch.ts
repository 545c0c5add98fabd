import type { AuditLine } from '../kernel/audit-event.ts';
import { TextBuffer } from '../kernel/text-buffer.ts';
import { timeOfId, timeText } from './event-time.ts';
import { type AuditBlock, NO_ACCOUNT, SPREAD_MS } from './stored-audit.ts';

/** Events that are to be written together, and the promise of all who wait for them. */
export interface OpenBatch {
  /** Each account's events as the lines of its block, in the order of recording. */
  readonly lines: Map<string, TextBuffer>;
  count: number;
  bytes: number;
  /** The greatest id of an event: it begins with the newest time. */
  newestId: string;
  /** Ids from here on are too late for this batch (see {@link SPREAD_MS}). */
  readonly below: string;
  /** Somebody waits for it. */
  isUrgent: boolean;
  readonly written: Promise<void>;
  settle(): void;
  fail(error: unknown): void;
}

const MOST_EVENTS = 1000;
/** A document of MongoDB takes 16 times as much. */
const MOST_BYTES = 2 ** 20;
/** Room for some ten events. */
const FIRST_BYTES = 8192;
/** Of the batch that is being written, the next one, and some that have events of several accounts. */
const MOST_SPARE = 4;

/** Buffers of batches that have been written, for the next ones: made anew, megabytes a second under load, they keep the garbage collector going. */
export class SpareBuffers {
  readonly #spare: TextBuffer[] = [];

  take(): TextBuffer {
    return this.#spare.pop() ?? new TextBuffer(FIRST_BYTES);
  }

  /** Takes back the buffers of a batch that nobody reads any more. */
  giveBack({ lines }: OpenBatch): void {
    for (const buffer of lines.values()) {
      if (this.#spare.length === MOST_SPARE) return;
      buffer.clear();
      this.#spare.push(buffer);
    }
  }
}

/** A batch for this event, which it does not hold yet. */
export function openBatch({ eventId }: AuditLine): OpenBatch {
  let settle = () => {};
  let fail: (error: unknown) => void = () => {};
  const written = new Promise<void>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Whoever awaits it hears of a failure; nobody has to.
  written.catch(() => undefined);
  return {
    lines: new Map(),
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

/** Whether the event may go into the batch. */
export function takes(batch: OpenBatch, { eventId, json }: AuditLine): boolean {
  return batch.count < MOST_EVENTS && batch.bytes + json.length <= MOST_BYTES && eventId < batch.below;
}

/** Puts an event into the batch. All that an event costs beside its text is here: no closure, no promise, no check of its shape. */
export function addLine(
  batch: OpenBatch,
  { eventId, accountId = NO_ACCOUNT, json }: AuditLine,
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
}

/** A block, its lines as bytes. */
export type BlockBytes = Omit<AuditBlock, 'lines'> & { readonly lines: Buffer };

/** The batch's blocks, one for each account, all under one id. */
export function blocksOf({ lines }: OpenBatch, blockId: string): BlockBytes[] {
  return Array.from(lines, ([accountId, text]) => ({ accountId, blockId, lines: text.bytes() }));
}

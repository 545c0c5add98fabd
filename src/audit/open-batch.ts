import type { AuditEvent } from '../kernel/audit-event.ts';
import { timeOfId, timeText } from './event-time.ts';
import { type AuditBlock, NO_ACCOUNT, SPREAD_MS } from './stored-audit.ts';

/** Events that are to be written together, and the promise of all who wait for them. */
export interface OpenBatch {
  /** The texts of each account's events, in the order of recording. */
  readonly texts: Map<string, string[]>;
  count: number;
  characters: number;
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

const MOST_EVENTS = 500;
/** About 1 MiB, and at most 3 as UTF-8: a document of MongoDB takes 16. */
const MOST_CHARACTERS = 2 ** 20;

/** A batch for this event, which it does not hold yet. */
export function openBatch({ eventId }: AuditEvent): OpenBatch {
  let settle = () => {};
  let fail: (error: unknown) => void = () => {};
  const written = new Promise<void>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Whoever awaits it hears of a failure; nobody has to.
  written.catch(() => undefined);
  return {
    texts: new Map(),
    count: 0,
    characters: 0,
    newestId: eventId,
    below: timeText(timeOfId(eventId) + SPREAD_MS / 2),
    isUrgent: false,
    written,
    settle,
    fail,
  };
}

/** Whether the event may go into the batch. */
export function takes(batch: OpenBatch, { eventId }: AuditEvent, text: string): boolean {
  return batch.count < MOST_EVENTS && batch.characters + text.length <= MOST_CHARACTERS && eventId < batch.below;
}

/** Puts an event into the batch. All that an event costs beside its text is here: no closure, no promise, no check of its shape. */
export function addEvent(batch: OpenBatch, event: AuditEvent, text: string): void {
  const account = event.accountId ?? NO_ACCOUNT;
  const texts = batch.texts.get(account);
  if (texts === undefined) batch.texts.set(account, [text]);
  else texts.push(text);
  batch.count++;
  batch.characters += text.length;
  if (event.eventId > batch.newestId) batch.newestId = event.eventId;
}

/** The batch as it is stored: a block for each account, all under one id. */
export function blocksOf({ texts }: OpenBatch, blockId: string): AuditBlock[] {
  return Array.from(texts, ([accountId, lines]) => ({ accountId, blockId, lines: lines.join('\n') }));
}

import type { AuditEvent, AuditLine, RecordAuditEvent, RecordAuditLine } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { type CollectionStore, StoreUnavailableError } from '../ports/collections.ts';
import type { AuditChain } from './audit-chain.ts';
import { openBatchWriter } from './batch-writer.ts';
import { recordGate } from './record-gate.ts';

export interface AuditLogOptions {
  readonly collections: CollectionStore;
  /** Writes an event as a line of the log; called once per event, at once, with its JSON, which it must copy. */
  readonly log: (json: Buffer) => void;
  readonly clock: Clock;
  readonly random?: Random;
  /** Told, once for all events of a batch, that they are in the log but could not be stored. */
  readonly onFault?: (error: unknown) => void;
  /** From so many waiting events on {@link AuditLog.whenRoom} asks callers to wait; default 10,000. */
  readonly mostWaiting?: number;
}

export interface AuditLog {
  /**
   * Takes an event for the record; resolves when it is durable. Events that come while others are being written go together,
   * and so, for a few milliseconds, do allowed reads, whose events no answer waits for.
   * @throws {StoreUnavailableError} where the store fails, or ten times `mostWaiting` wait: it is in the log then, but not in the store.
   */
  readonly record: RecordAuditEvent;
  readonly recordLine: RecordAuditLine;
  /**
   * Back-pressure: `undefined` while there is room, else a promise of room, which a server awaits before it takes on a
   * request whose event it will not await. So no event is ever left out to save time.
   */
  whenRoom(): Promise<void> | undefined;
  /**
   * Why events cannot be stored now, as far as is known. A server asks before it makes a change, so that it makes none
   * whose event is then lost.
   */
  refusal(): StoreUnavailableError | undefined;
  /** Events that are in the log but could not be stored. */
  unstoredEvents(): number;
  /** Resolves when all events taken so far are durable, or have failed. */
  flush(): Promise<void>;
  /** Flushes, and refuses what comes later. For shutdown. */
  close(): Promise<void>;
  /** The newest link of this process's chain (see {@link AuditChain.head}). */
  readonly head: AuditChain['head'];
}

const MOST_WAITING = 10_000;

/** Opens the record of events: batched, chained by hashes, kept in a collection, and given to the log. */
export function openAuditLog(options: AuditLogOptions): AuditLog {
  const { log, mostWaiting = MOST_WAITING, onFault = () => {}, ...rest } = options;
  let isClosed = false;
  let refusedEvents = 0;
  let roomAsked: { readonly promise: Promise<void>; readonly grant: () => void } | undefined;
  const gate = recordGate(options.collections);
  const writer = openBatchWriter({
    ...rest,
    onFault,
    settled: gate.settled,
    taken(stillWaiting) {
      if (stillWaiting >= mostWaiting) return;
      roomAsked?.grant();
      roomAsked = undefined;
    },
  });

  function refusal(): StoreUnavailableError | undefined {
    if (isClosed) return new StoreUnavailableError('the audit log is closed');
    if (writer.waitingEvents() < mostWaiting * 10) return undefined;
    return new StoreUnavailableError('the audit log has more events waiting than it can hold');
  }

  function recordLine(line: AuditLine): Promise<void> {
    log(line.json);
    const refused = refusal();
    if (refused === undefined) return writer.add(line);
    refusedEvents++;
    return Promise.reject(refused);
  }

  return {
    record: (event) => recordLine(lineOf(event)),
    recordLine,
    whenRoom() {
      if (writer.waitingEvents() < mostWaiting) return undefined;
      roomAsked ??= asked();
      return roomAsked.promise;
    },
    refusal: gate.refusal,
    unstoredEvents: () => refusedEvents + writer.unstoredEvents(),
    flush: writer.flush,
    close() {
      isClosed = true;
      return writer.flush();
    },
    head: writer.head,
  };
}

function asked() {
  let grant = () => {};
  const promise = new Promise<void>((resolve) => {
    grant = resolve;
  });
  return { promise, grant };
}

function lineOf(event: AuditEvent): AuditLine {
  const { eventId, accountId, readOnly, outcome } = event;
  return {
    eventId,
    accountId,
    isAwaited: !readOnly || outcome !== 'allowed',
    json: Buffer.from(JSON.stringify(event)),
  };
}

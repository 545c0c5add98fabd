import { termsOf } from '../identity/activity/activity-terms.ts';
import type { AuditEvent, AuditLine, RecordAuditEvent, RecordAuditLine } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { type CollectionStore, StoreUnavailableError } from '../ports/collections.ts';
import type { AuditChain } from './audit-chain.ts';

import { openBatchWriter } from './batch-writer.ts';
import { recordGate } from './record-gate.ts';

export interface AuditLogOptions {
  readonly collections: CollectionStore;
  /** Writes an event to the server log. Called immediately and once per event, with its JSON, which it must copy. */
  readonly log: (json: Buffer) => void;
  readonly clock: Clock;
  readonly random?: Random;
  /** Called once per batch whose events are in the server log but could not be stored. */
  readonly onFault?: (error: unknown) => void;
  /** The number of waiting events from which {@link AuditLog.whenRoom} asks callers to wait. Default: 10,000. */
  readonly maxWaiting?: number;
}

export interface AuditLog {
  /**
   * Audits an event; resolves when it is durable. Events that arrive while others are being written are batched. Allowed reads are
   * also held back for some milliseconds to batch them, because no response waits for their events.
   * @throws {StoreUnavailableError} if the store fails, or ten times `maxWaiting` events are waiting. The event is then only in the
   *   server log.
   */
  readonly record: RecordAuditEvent;
  readonly recordLine: RecordAuditLine;
  /**
   * Back-pressure: `undefined` while there is room, otherwise a promise that resolves when there is. A server awaits it before it
   * handles a request whose event it will not await, so no event is ever dropped under load.
   */
  whenRoom(): Promise<void> | undefined;
  /**
   * Why events cannot be stored now, as far as known. A server checks this before it makes a change, so that no change is made whose
   * event is then lost.
   */
  refusal(): StoreUnavailableError | undefined;
  /** Number of events that are in the server log but could not be stored. */
  unstoredEvents(): number;
  /** Resolves when all events so far are durable or have failed. */
  flush(): Promise<void>;
  /** Flushes, and rejects later events. For shutdown. */
  close(): Promise<void>;
  /** The newest link of this process's chain (see {@link AuditChain.head}). */
  readonly head: AuditChain['head'];
}

const MAX_WAITING = 10_000;

/** Opens the audit log. Events are batched, chained by hashes, stored in a collection, and also written to the server log. */
export function openAuditLog(options: AuditLogOptions): AuditLog {
  const { log, maxWaiting = MAX_WAITING, onFault = () => {}, ...rest } = options;
  let isClosed = false;
  let refusedEvents = 0;
  let roomRequest: { readonly promise: Promise<void>; readonly grant: () => void } | undefined;
  const gate = recordGate(options.collections);
  const writer = openBatchWriter({
    ...rest,
    onFault,
    settled: gate.settled,
    taken(stillWaiting) {
      if (stillWaiting >= maxWaiting) return;
      roomRequest?.grant();
      roomRequest = undefined;
    },
  });

  function refusal(): StoreUnavailableError | undefined {
    if (isClosed) return new StoreUnavailableError('the audit log is closed');
    if (writer.waitingEvents() < maxWaiting * 10) return undefined;
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
      if (writer.waitingEvents() < maxWaiting) return undefined;
      roomRequest ??= deferred();
      return roomRequest.promise;
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

function deferred() {
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
    terms: termsOf(event),
  };
}

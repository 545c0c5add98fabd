import type { RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { eventIdMaker } from '../kernel/ids.ts';
import { type Random, systemRandom } from '../kernel/random.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../ports/ephemeral-keys.ts';
import { openAuditCollections } from './stored-audit.ts';
import { auditBytes, type TrimmedAudit, trimAudit } from './trim-audit.ts';

export interface AuditRetentionOptions {
  readonly collections: CollectionStore;
  readonly ephemeral: Pick<Ephemeral, 'setIfAbsent'>;
  readonly record: RecordAuditEvent;
  readonly clock: Clock;
  readonly random?: Random;
  /** How many days events are kept; `undefined` means forever. */
  readonly keepDays: number | undefined;
  /** Maximum size of the audit log in bytes; `undefined` means no limit. */
  readonly maxBytes: number | undefined;
  readonly warn: (message: string, facts: object) => void;
  readonly onFault: (fault: unknown) => void;
}

export interface AuditRetention {
  /** The last known size of the audit log in bytes; `undefined` before the first check, or if the store does not know. */
  bytes(): number | undefined;
  /** Number of batches that this process has removed. */
  trimmedBatches(): number;
  /** Checks the limits now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const CHECK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** Fractions of the size limit: at which a warning is due, and to which an audit log that is too large is trimmed. */
const WARN_AT = 0.8;
const TRIM_TO = 0.95;

/** A key that one process claims, so that the others leave the work to it. */
interface Claim {
  of(): string;
  /** In ms. */
  readonly lifetime: number;
}

/** Keeps the audit log within its limits. Only one of several processes trims at a time. */
export function openAuditRetention(options: AuditRetentionOptions): AuditRetention {
  const { ephemeral, clock, keepDays, maxBytes, warn, onFault } = options;
  const audit = openAuditCollections(options.collections);
  const recordTrim = trimRecorder(options);
  let bytes: number | undefined;
  let trimmed = 0;
  let isClosed = false;
  let checking = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** Whether this process should do it. If the store does not respond, every process does; doing it twice is harmless. */
  const isMine = ({ of, lifetime }: Claim) => ephemeral.setIfAbsent(of(), '1', lifetime).catch(() => true);

  async function check(): Promise<void> {
    bytes = await auditBytes(audit);
    if (bytes === undefined && maxBytes !== undefined) await warnOfUnknownSize();
    const isTooMuch = bytes !== undefined && maxBytes !== undefined && bytes > maxBytes;
    await warnIfNearlyFull();
    if (keepDays === undefined && !isTooMuch) return;
    if (!(await isMine(EPHEMERAL_KEYS.auditTrim))) return;
    const removed = await trimAudit(audit, {
      from: keepDays === undefined ? undefined : clock.now() - keepDays * DAY_MS,
      maxBytes: isTooMuch ? maxBytes * TRIM_TO : undefined,
    });
    if (removed.batches === 0) return;
    trimmed += removed.batches;
    bytes = await auditBytes(audit);
    await recordTrim(removed, isTooMuch ? 'size' : 'age');
  }

  async function warnOfUnknownSize(): Promise<void> {
    if (!(await isMine(EPHEMERAL_KEYS.auditUnknownSize))) return;
    warn(
      'the store does not report how large the audit record is, so ROLECALL_AUDIT_KEEP_MB has no effect: set ROLECALL_AUDIT_KEEP_DAYS',
      { limit: maxBytes },
    );
  }

  async function warnIfNearlyFull(): Promise<void> {
    if (bytes === undefined || maxBytes === undefined || bytes < maxBytes * WARN_AT) return;
    if (!(await isMine(EPHEMERAL_KEYS.auditNearlyFull))) return;
    warn(
      'the audit record has reached 80 % of its limit: when it is full, its oldest events are removed; ship them, or raise ROLECALL_AUDIT_KEEP_MB',
      { bytes, limit: maxBytes },
    );
  }

  function checkInTurn(): Promise<void> {
    checking = checking.then(check).catch((fault: unknown) => {
      if (!isClosed) onFault(fault);
    });
    return checking;
  }

  async function round(): Promise<void> {
    await checkInTurn();
    if (isClosed) return;
    timer = setTimeout(() => void round(), CHECK_EVERY_MS);
    timer.unref();
  }
  // Delayed, so that it does not slow down startup.
  timer = setTimeout(() => void round(), 1000);
  timer.unref();

  return {
    bytes: () => bytes,
    trimmedBatches: () => trimmed,
    check: checkInTurn,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await checking;
    },
  };
}

/** Audits what was removed. So the chain itself says how much was trimmed, and removal by anyone else does not match it. */
function trimRecorder({ record, clock, random = systemRandom() }: AuditRetentionOptions) {
  const nextEventId = eventIdMaker(random);
  return async ({ batches, until }: TrimmedAudit, reason: 'age' | 'size'): Promise<void> => {
    const now = clock.now();
    const eventId = nextEventId(now);
    await record({
      eventId,
      eventTime: new Date(now).toISOString(),
      eventSource: 'audit',
      eventName: 'TrimAuditRecord',
      readOnly: false,
      actor: { type: 'Service' },
      sourceIp: 'internal',
      authentication: { method: 'none', mfa: false },
      resources: [],
      request: { reason, batches, until: new Date(until).toISOString() },
      outcome: 'allowed',
      requestId: eventId,
    });
  };
}

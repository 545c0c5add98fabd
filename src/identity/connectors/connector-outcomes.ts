import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/** What a sign-in through a connector came to. */
export interface ConnectorOutcome {
  readonly connectorId: string;
  /** The check that failed; absent if the person signed in. */
  readonly check?: string | undefined;
  /** The id of the request, by which the audit event is found. */
  readonly reference: string;
}

const failureShape = z.object({ at: z.number(), check: z.string(), reference: z.string() });
const successShape = z.object({ at: z.number() });

/** The last outcomes of sign-ins through a connector; times in ms since the epoch. */
export interface LastOutcomes {
  readonly signedInAt: number | undefined;
  readonly failure: z.output<typeof failureShape> | undefined;
}

/** Tells an administrator whether a connector works. */
export interface ConnectorOutcomes {
  /** Returns at once; the write happens in the background. */
  record(outcome: ConnectorOutcome): void;
  last(connectorId: string): Promise<LastOutcomes>;
  /** Resolves when all pending writes are done, for an orderly shutdown. */
  flush(): Promise<void>;
}

/** Ms between two writes for a connector: a busy one costs next to nothing, and nobody can cause many writes. */
const WRITE_EVERY = { success: 60_000, failure: 1000 } as const;
/** How many connectors are remembered as recently written; beyond that, the memory is cleared. */
const REMEMBERED = 2000;

/** `failed` is called when a write fails: losing an outcome is no reason to reject a sign-in. */
export function openConnectorOutcomes({
  ephemeral,
  clock,
  failed,
}: {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set'>;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
}): ConnectorOutcomes {
  const { connectorSuccess, connectorFailure } = EPHEMERAL_KEYS;
  const writtenAt = new Map<string, number>();
  const pending = new Set<Promise<void>>();

  const isDue = (key: string, now: number, every: number): boolean => {
    const before = writtenAt.get(key);
    if (before !== undefined && Math.abs(now - before) < every) return false;
    if (writtenAt.size >= REMEMBERED) writtenAt.clear();
    writtenAt.set(key, now);
    return true;
  };

  return {
    record({ connectorId, check, reference }) {
      const at = clock.now();
      const [key, every] =
        check === undefined
          ? [connectorSuccess.of(connectorId), WRITE_EVERY.success]
          : [connectorFailure.of(connectorId), WRITE_EVERY.failure];
      if (!isDue(key, at, every)) return;
      const value = JSON.stringify(check === undefined ? { at } : { at, check, reference });
      const written = ephemeral
        .set(key, value, connectorSuccess.lifetime)
        .catch((error: unknown) => {
          // The next outcome tries again.
          writtenAt.delete(key);
          failed(error);
        })
        .finally(() => pending.delete(written));
      pending.add(written);
    },
    async last(connectorId) {
      const [success, failure] = await Promise.all([
        ephemeral.get(connectorSuccess.of(connectorId)),
        ephemeral.get(connectorFailure.of(connectorId)),
      ]);
      return {
        signedInAt: success === undefined ? undefined : successShape.parse(JSON.parse(success)).at,
        failure: failure === undefined ? undefined : failureShape.parse(JSON.parse(failure)),
      };
    },
    async flush() {
      await Promise.all(pending);
    },
  };
}

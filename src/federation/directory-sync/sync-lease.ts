import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

const LEASE = EPHEMERAL_KEYS.directorySyncLease;
/** A process that does not renew its lease within its lifetime has crashed; another one may begin. */
const RENEW_MS = LEASE.lifetime / 4;
/** An entry needs a lifetime. */
const AT_ONCE_MS = 1;

/** The right to sync one directory, over all processes. */
export interface SyncLease {
  /** Whether it was renewed in time, and not released. */
  readonly isHeld: boolean;
  /** Lets another process begin. Never takes that process's lease away. */
  release(): Promise<void>;
}

/** Whether some process syncs the directory of a connector. */
export async function isLeased(ephemeral: Pick<Ephemeral, 'get'>, connectorId: string): Promise<boolean> {
  return (await ephemeral.get(LEASE.of(connectorId))) !== undefined;
}

/** Takes the lease of a directory, and renews it until it is released. @returns `undefined` if another process has it. */
export async function takeLease(
  { ephemeral, random }: { readonly ephemeral: Ephemeral; readonly random: Random },
  connectorId: string,
): Promise<SyncLease | undefined> {
  const key = LEASE.of(connectorId);
  const owner = random.bytes(16).toString('hex');
  if (!(await ephemeral.setIfAbsent(key, owner, LEASE.lifetime))) return undefined;
  let isHeld = true;
  let renewedAt = performance.now();
  const timer = setInterval(() => {
    const at = performance.now();
    ephemeral
      .compareAndSet(key, owner, owner, LEASE.lifetime)
      .then((isRenewed) => {
        isHeld &&= isRenewed;
        renewedAt = at;
      })
      .catch(() => {
        isHeld = false;
      });
  }, RENEW_MS);
  timer.unref();
  return {
    get isHeld() {
      // A process that was suspended must not go on beside the one that has taken over.
      return isHeld && performance.now() < renewedAt + LEASE.lifetime;
    },
    async release() {
      clearInterval(timer);
      isHeld = false;
      const isReleased = await ephemeral.compareAndSet(key, owner, owner, AT_ONCE_MS);
      // Whoever asks next must not find it.
      if (isReleased) await setTimeout(2 * AT_ONCE_MS);
    },
  };
}

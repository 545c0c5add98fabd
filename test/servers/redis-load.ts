import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailableError } from '../../src/ports/collections.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';

export interface Load {
  readonly acknowledged: readonly string[];
  /** Rejections by the port's error. */
  readonly refused: number;
  /** What was counted up and acknowledged, and what was counted up with an unknown end. */
  readonly counted: number;
  readonly uncertain: number;
  /** Rejections by anything else; there must be none. */
  readonly wrong: readonly unknown[];
}

/** Writes and counts on `width` keys at a time until told to stop. */
export function startLoad(ephemeral: Ephemeral, name: string, width = 20) {
  const acknowledged: string[] = [];
  const wrong: unknown[] = [];
  const load = { refused: 0, counted: 0, uncertain: 0 };
  let going = true;

  function fail(error: unknown): void {
    if (error instanceof StoreUnavailableError) load.refused++;
    else wrong.push(error);
  }
  async function write(worker: number): Promise<void> {
    for (let n = 0; going; n++) {
      const key = `${name}:${worker}:${n}`;
      await ephemeral.set(key, key, 600_000).then(() => acknowledged.push(key), fail);
      await ephemeral.increment(`${name}:count`, 1, 600_000).then(
        () => load.counted++,
        (error) => {
          load.uncertain++;
          fail(error);
        },
      );
      await wait(1);
    }
  }
  const workers = Array.from({ length: width }, (_, worker) => write(worker));
  return {
    acknowledged,
    async stop(): Promise<Load> {
      going = false;
      await Promise.all(workers);
      return { acknowledged, wrong, ...load };
    },
  };
}

/** The keys that are not as they were written. */
export async function lostOf(ephemeral: Ephemeral, keys: readonly string[]): Promise<string[]> {
  const lost: string[] = [];
  for (let from = 0; from < keys.length; from += 1_000) {
    const some = keys.slice(from, from + 1_000);
    const values = await Promise.all(some.map((key) => ephemeral.get(key)));
    lost.push(...some.filter((key, n) => values[n] !== key));
  }
  return lost;
}

/** Waits until the store answers. */
export async function answers(ephemeral: Ephemeral): Promise<void> {
  for (;;) {
    try {
      await ephemeral.ping();
      return;
    } catch {
      await wait(50);
    }
  }
}

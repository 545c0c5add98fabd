import type { StoreHealth } from './open-stores.ts';

export interface Readiness {
  readonly ok: boolean;
  /** A line for each store. */
  readonly text: string;
}

/** Asks each store whether it answers. Why one does not is in the log: `/readyz` is open to whoever reaches it. */
export async function readiness(health: readonly StoreHealth[]): Promise<Readiness> {
  const states = await Promise.all(
    health.map(async ({ name, ping }) => {
      const ok = await ping().then(
        () => true,
        () => false,
      );
      return { ok, line: `${name}: ${ok ? 'ok' : 'does not answer'}\n` };
    }),
  );
  return { ok: states.every(({ ok }) => ok), text: states.map(({ line }) => line).join('') };
}

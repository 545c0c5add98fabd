import type { StoreHealth } from './open-stores.ts';

export interface Readiness {
  /** Every store answers. */
  readonly ok: boolean;
  /** The store of identities answers, so that signed calls and decisions go on. */
  readonly servesCalls: boolean;
  /** A line for each store. */
  readonly text: string;
}

/** Asks each store whether it answers. Why one does not is in the log: `/readyz` is open to whoever reaches it. */
export async function readiness(health: readonly StoreHealth[]): Promise<Readiness> {
  const states = await Promise.all(
    health.map(async ({ name, holdsIdentities, ping }) => {
      const ok = await ping().then(
        () => true,
        () => false,
      );
      return { ok, holdsIdentities, line: `${name}: ${ok ? 'ok' : 'does not answer'}\n` };
    }),
  );
  return {
    ok: states.every(({ ok }) => ok),
    servesCalls: states.every(({ ok, holdsIdentities }) => ok || !holdsIdentities),
    text: states.map(({ line }) => line).join(''),
  };
}

/** What a process says that is about to stop: nobody is to send it anything new. */
export const STOPPING: Readiness = { ok: false, servesCalls: false, text: 'stopping\n' };

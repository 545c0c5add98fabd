import type { StoreFailure, StoreUnavailableError } from '../ports/collections.ts';
import type { StoreHealth } from './open-stores.ts';

export interface Readiness {
  /** Every store takes changes. */
  readonly ok: boolean;
  /** The store of identities does, so that signed calls and decisions go on. */
  readonly servesCalls: boolean;
  /** A line for each store. */
  readonly text: string;
}

const STATES: Readonly<Record<StoreFailure | 'away', string>> = {
  away: 'does not answer',
  full: 'is full: changes are refused',
  'read-only': 'cannot be written: changes are refused',
  evicting: 'is not safe for single-use guards',
  preparing: 'is being prepared',
  'too-old': 'is of a version that is too old',
};

/** Asks each store whether a change could be written. More about why one does not is in the log: `/readyz` is open to every caller that reaches it. */
export async function readiness(health: readonly StoreHealth[]): Promise<Readiness> {
  const states = await Promise.all(
    health.map(async ({ name, holdsIdentities, ping, shortcomings = () => [] }) => {
      const state = await ping().then(
        () => 'ok',
        (failure: unknown) => STATES[(failure as Partial<StoreUnavailableError>).reason ?? 'away'],
      );
      const notes = shortcomings().map((text) => `${name}: ${text}\n`);
      return { ok: state === 'ok', holdsIdentities, line: [`${name}: ${state}\n`, ...notes].join('') };
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

import type { StoreFailure, StoreUnavailableError } from '../../ports/collections.ts';
import type { StoreHealth } from './open-stores.ts';

export interface Readiness {
  /** Whether every store accepts changes. */
  readonly ok: boolean;
  /** Whether the identity store accepts changes, so that signed calls and decisions work. */
  readonly servesCalls: boolean;
  /** One line per store. */
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

/** Checks whether each store accepts writes. Details of failures go to the log only, because any caller can read `/readyz`. */
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

/** The answer of a process that is about to stop: it must not get new requests. */
export const STOPPING: Readiness = { ok: false, servesCalls: false, text: 'stopping\n' };

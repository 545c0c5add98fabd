import type { Random } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { IdentityStore } from './identity-store.ts';

/** What the rules of identities need from outside. The time is passed with each call. */
export interface IdentityDependencies {
  /** Opened, and announcing its changes (`announce-changes.ts`). */
  readonly store: IdentityStore;
  readonly sealer: Sealer;
  readonly random: Random;
}

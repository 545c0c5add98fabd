import type { Random } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { IdentityStore } from './identity-store.ts';

/** What the identity rules need from outside. The time is passed with each call. */
export interface IdentityDependencies {
  /** An open store that announces its changes (`announce-changes.ts`). */
  readonly store: IdentityStore;
  readonly sealer: Sealer;
  readonly random: Random;
}

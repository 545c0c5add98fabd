import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { ServerFacts } from './server/get-server-info.ts';

/** What the operations need. */
export interface RolecallDependencies {
  readonly store: IdentityStore;
  readonly server: ServerFacts;
}

import type { Passwords } from '../identity/passwords/passwords.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Random } from '../kernel/random.ts';

/** What the operations of Organizations work with. */
export interface OrganizationsDependencies {
  readonly store: IdentityStore;
  readonly random: Random;
  readonly passwords: Pick<Passwords, 'hash'>;
}

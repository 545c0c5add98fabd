import type { CreationCounter } from '../identity/organizations/limit-creations.ts';
import type { Passwords } from '../identity/passwords/passwords.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Random } from '../kernel/random.ts';

/** What the operations of Organizations work with. */
export interface OrganizationsDependencies {
  readonly store: IdentityStore;
  readonly ephemeral: CreationCounter;
  readonly random: Random;
  readonly passwords: Pick<Passwords, 'hash'>;
  /** Whether it is the first account of this server, which cannot be closed. */
  readonly isFirstAccount: (accountId: string) => Promise<boolean>;
  /** Whether the operator lets this account create an organization. */
  readonly mayCreate: (accountId: string) => Promise<boolean>;
}

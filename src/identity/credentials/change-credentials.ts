import type { IdentityStore } from '../store/identity-store.ts';
import type { CredentialHolder, HeldCredentials, HolderId } from './credential-holder.ts';
import { accessOf } from './stored-holders.ts';

/**
 * Changes what a holder holds, under compare-and-swap: `change` gets the holder as it is, answers what it is to hold, and may be called
 * again. Only the credentials of its answer are written. What it throws ends the change.
 * @returns the holder as it is then; `undefined` if it is gone.
 */
export function changeCredentials(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
  id: HolderId,
  change: (old: CredentialHolder) => HeldCredentials,
): Promise<CredentialHolder | undefined> {
  return accessOf(id).change(store, id, change);
}

import type { IdentityStore } from '../store/identity-store.ts';
import type { CredentialHolder, HeldCredentials, HolderId } from './credential-holder.ts';
import { accessOf } from './stored-holders.ts';

/**
 * Changes a holder's credentials by compare-and-swap. `change` receives the current holder and returns its new credentials; other fields
 * are ignored. It may be called more than once, and an exception from it aborts the change.
 * @returns the holder after the change; `undefined` if it is gone.
 */
export function changeCredentials(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
  id: HolderId,
  change: (old: CredentialHolder) => HeldCredentials,
): Promise<CredentialHolder | undefined> {
  return accessOf(id).change(store, id, change);
}

import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import type { AccessKey } from '../documents/access-key.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** Changes a holder's access keys by compare-and-swap. @throws {ServiceError} NoSuchEntity if the holder is gone. */
export async function changeKeys(
  store: IdentityStore,
  holder: CredentialHolder,
  change: (keys: readonly AccessKey[]) => readonly AccessKey[],
): Promise<void> {
  const changed = await changeCredentials(store, holder, (old) => ({ ...old, accessKeys: change(old.accessKeys) }));
  if (!changed) throw noSuchHolder('user', holder.userName ?? holder.accountId);
}

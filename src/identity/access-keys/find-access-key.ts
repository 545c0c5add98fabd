import type { CredentialHolder } from '../credentials/credential-holder.ts';
import { findHolderBy } from '../credentials/find-credential-holder.ts';
import type { AccessKey } from '../documents/access-key.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** A long-term access key with its holder. */
export interface OwnedAccessKey {
  readonly accessKey: AccessKey;
  readonly holder: CredentialHolder;
}

/**
 * Finds a long-term access key, active or not, by its id. Ids are case-sensitive, as at AWS.
 * @returns `undefined` if there is none.
 */
export async function findAccessKey(store: IdentityStore, accessKeyId: string): Promise<OwnedAccessKey | undefined> {
  const holder = await findHolderBy(store, 'accessKeyId', accessKeyId);
  const accessKey = holder?.accessKeys.find((key) => key.accessKeyId === accessKeyId);
  return holder && accessKey && { accessKey, holder };
}

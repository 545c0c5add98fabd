import { accountIdOf } from '../../kernel/ids.ts';
import type { DocumentKey } from '../../ports/collections.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { CredentialHolder, HolderId } from './credential-holder.ts';
import { accessOf, HOLDERS, type HolderKey } from './stored-holders.ts';

type Store = Pick<IdentityStore, 'accounts' | 'users'>;

/** The holder that a subject identifies; `undefined` if the text is not a subject. */
export function parseSubject(subject: string): HolderId | undefined {
  const accountId = /^\d{12}$/.test(subject) ? subject : accountIdOf(subject);
  return accountId === undefined ? undefined : { accountId, subject };
}

/** `undefined` if the holder is gone. */
export function findCredentialHolder(store: Store, id: HolderId): Promise<CredentialHolder | undefined> {
  return accessOf(id).get(store, id);
}

/**
 * Finds the holder of a long-term access key, active or not, of a folded e-mail address, or of a passkey. Key ids are case-sensitive, as at AWS. Always
 * queries both kinds of holder, so that timing does not reveal which one exists.
 */
export async function findHolderBy(store: Store, key: HolderKey, value: string): Promise<CredentialHolder | undefined> {
  return (await findHoldersBy(store, key, value))[0];
}

/** As {@link findHolderBy}; but if a root user and a user have the same e-mail address, both are found, the root user first. */
export async function findHoldersBy(store: Store, key: HolderKey, value: string): Promise<readonly CredentialHolder[]> {
  const found = await Promise.all(HOLDERS.map((holders) => holders.findBy(store, key, value)));
  return found.filter((holder) => holder !== undefined);
}

/** The document that holds this holder, which caches of the holder depend on. */
export function documentOf(id: HolderId): [collection: string, key: DocumentKey] {
  const holders = accessOf(id);
  return [holders.collection, holders.keyOf(id)];
}

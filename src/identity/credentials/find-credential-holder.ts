import { accountIdOf } from '../../kernel/ids.ts';
import type { DocumentKey } from '../../ports/collections.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { CredentialHolder, HolderId } from './credential-holder.ts';
import { accessOf, HOLDERS } from './stored-holders.ts';

type Store = Pick<IdentityStore, 'accounts' | 'users'>;

/** The holder that a subject names; `undefined` if the text is no subject. */
export function parseSubject(subject: string): HolderId | undefined {
  const accountId = /^\d{12}$/.test(subject) ? subject : accountIdOf(subject);
  return accountId === undefined ? undefined : { accountId, subject };
}

/** `undefined` if the holder is gone. */
export function findCredentialHolder(store: Store, id: HolderId): Promise<CredentialHolder | undefined> {
  return accessOf(id).get(store, id);
}

/**
 * The holder of a long-term access key, active or not, or of a folded e-mail address. Key ids are told apart by case, as AWS does. All
 * kinds are always asked: the time must not tell which there is.
 */
export async function findHolderBy(
  store: Store,
  shown: 'accessKeyId' | 'email',
  value: string,
): Promise<CredentialHolder | undefined> {
  const found = await Promise.all(HOLDERS.map((holders) => holders.findBy(store, shown, value)));
  return found.find((holder) => holder !== undefined);
}

/** The document that a holder is stored in: what a cache of the holder depends on. */
export function documentOf(id: HolderId): [collection: string, key: DocumentKey] {
  const holders = accessOf(id);
  return [holders.collection, holders.keyOf(id)];
}

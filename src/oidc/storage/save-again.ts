import type { AdapterPayload } from 'oidc-provider';
import { isHandling } from '../library/current-request.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { gone } from '../library/records/kept-records.ts';
import { personKey, uidKey } from './record-keys.ts';
import type { RequestStore } from './request-store.ts';
import type { StoredEntry } from './stored-entry.ts';

interface SaveAgainDependencies {
  readonly requests: Pick<RequestStore, 'ephemeral' | 'later'>;
  readonly library: OidcProviderLibrary;
}

/** A record that was read from the store and is saved with changes. */
interface ChangedRecord {
  readonly entry: StoredEntry;
  readonly payload: AdapterPayload;
  /** In ms. */
  readonly ttl: number;
}

/**
 * INVARIANT: what has ended stays ended. A session is the entry that its uid names: a request that ends it takes the uid from the store first, and
 * one that saves it, perhaps under a new id, needs the uid to name the session that it has read. A grant is saved only if it is
 * still there.
 *
 * Each rejects with an error that is {@link isGone} if the record has ended. What oidc-provider saves is sent with everything else that its
 * request has changed, and fails that request; our own pages learn it at once.
 */
export function saveAgain({ requests, library }: SaveAgainDependencies) {
  const { ephemeral, later } = requests;
  const ended = (): Error => gone(new library.errors.SessionNotFound('the session has ended meanwhile'));
  const write = (act: () => Promise<void>): Promise<void> => (isHandling(library) ? later(act) : act());
  return {
    async grant({ entry, payload, ttl }: ChangedRecord): Promise<void> {
      if (await ephemeral.setIfPresent(entry.key, entry.seal(payload), ttl)) return;
      throw gone(new library.errors.InvalidRequest('access was revoked meanwhile: try again'));
    },
    session: ({ entry, payload, ttl }: ChangedRecord): Promise<void> =>
      write(async () => {
        const [isThere, isNamed] = await Promise.all([
          ephemeral.setIfPresent(entry.key, entry.seal(payload), ttl),
          ephemeral.compareAndSet(uidKey(String(payload.uid)), entry.hashed, entry.hashed, ttl),
        ]);
        if (isThere && isNamed) return;
        // Also one that was ended by halves: it must not be read again, nor send its browser round in circles.
        await ephemeral.delete([entry.key]);
        throw ended();
      }),
    /**
     * Gives a session a new id. It is written, and listed under its person, before the former one is gone; nobody knows the id before the
     * answer is sent.
     */
    renamedSession: ({ entry, payload, ttl }: ChangedRecord, former: StoredEntry): Promise<void> =>
      write(async () => {
        const { accountId } = payload;
        const unlist = async (hashed: string): Promise<void> => {
          if (accountId) await ephemeral.removeFromSet(personKey('Session', accountId), hashed);
        };
        const written = ephemeral.set(entry.key, entry.seal(payload), ttl);
        const [isNamed] = await Promise.all([
          ephemeral.compareAndSet(uidKey(String(payload.uid)), former.hashed, entry.hashed, ttl),
          ephemeral.take(former.key),
          unlist(former.hashed),
          written,
        ]);
        if (isNamed) return;
        await Promise.all([ephemeral.delete([entry.key]), unlist(entry.hashed)]);
        throw ended();
      }),
  };
}

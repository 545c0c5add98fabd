import type { Clock } from '../../kernel/clock.ts';
import type { Connector } from '../documents/connector.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { withLinkLoginsEnded } from './end-logins.ts';
import { linkId } from './link-id.ts';

type Store = Pick<IdentityStore, 'users'>;

const AT_ONCE = 100;

/**
 * Ends all logins that came through a connector, of one subject or of everyone.
 * @returns how many users were linked to it.
 */
export async function endConnectorLogins(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { connectorId, name }: Pick<Connector, 'connectorId' | 'name'>,
  subject: string | undefined,
): Promise<number> {
  const now = clock.now();
  const endOf = async (user: User): Promise<boolean> => {
    const ids = (user.links ?? [])
      .filter((link) => linkId(connectorId, link.subject) === link.id && (subject ?? link.subject) === link.subject)
      .map(({ id }) => id);
    if (ids.length === 0) return false;
    const written = await store.users.update(userKind.keyOf(user), (old) =>
      ids.reduce((ended, id) => withLinkLoginsEnded(ended, id, { ended: 'all', now }), old),
    );
    return written !== undefined;
  };
  if (subject !== undefined) {
    const [user] = (await store.users.find('byLink', [linkId(connectorId, subject)], { limit: 1 })).items;
    return user !== undefined && (await endOf(user)) ? 1 : 0;
  }
  let count = 0;
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await store.users.find('byConnector', [name], {
      limit: AT_ONCE,
      ...(after !== undefined && { after }),
    });
    count += (await Promise.all(page.items.map(endOf))).filter(Boolean).length;
    after = page.next;
  }
  return count;
}

import type { Connector } from '../../identity/documents/connector.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { subjectAt } from './plan-sync.ts';

const USERS_PER_PAGE = 500;

/**
 * The ids of the users of a connector, by subject. Only ids, because an account may have more users than fit into memory.
 * @param onPage called after each page.
 */
export async function readLinkedUsers(
  { users }: Pick<IdentityStore, 'users'>,
  connector: Connector,
  onPage: () => Promise<void>,
): Promise<Map<string, string>> {
  const userIds = new Map<string, string>();
  let after: string | undefined;
  do {
    const page = await users.find('byConnector', [connector.name], {
      limit: USERS_PER_PAGE,
      ...(after !== undefined && { after }),
    });
    for (const user of page.items) {
      const subject = user.accountId === connector.accountId ? subjectAt(connector, user) : undefined;
      if (subject !== undefined) userIds.set(subject, user.userId);
    }
    await onPage();
    after = page.next;
  } while (after !== undefined);
  return userIds;
}

import type { IsProtected } from '../../authorize/privileged-member.ts';
import type { Target } from '../../authorize/target.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { User } from '../../identity/documents/user.ts';
import { linkId } from '../../identity/links/link-id.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { iamArn } from '../../kernel/arn.ts';
import { resourceTarget } from '../../operations/named-operation.ts';
import { passwordTarget } from '../users/password-target.ts';
import { USER } from '../users/user-resource.ts';

/** For a connector with more people, the permission is needed on all users. */
const MOST_PEOPLE = 2000;
/** How many people are looked at, to find whether one of them is protected. If there are more, one counts as found. */
const MOST_SEEN = 50_000;
const AT_ONCE = 500;
const ACTION = 'rolecall:CreateLink';
/** Those of {@link passwordTarget}. */
const PASSWORD_ACTIONS = ['iam:CreateLoginProfile', 'iam:UpdateLoginProfile'];

/**
 * The permissions needed to decide whom a connector lets in: those for linking a login to each of its users who may do more than it gives them, and for giving it a password.
 * Without this, whoever may change its keys or addresses could answer for the provider, and sign in as an administrator who is linked to it.
 */
export async function linkedUserTargets(
  store: Pick<IdentityStore, 'users'>,
  isProtected: IsProtected,
  connector: Connector,
): Promise<readonly Target[]> {
  const { accountId, name } = connector;
  const targets: Target[] = [];
  let isAnyProtected = false;
  let after: string | undefined;
  for (let seen = 0; seen < MOST_PEOPLE || !isAnyProtected; seen += AT_ONCE) {
    if (seen >= MOST_SEEN) {
      isAnyProtected = true;
      break;
    }
    const page = await store.users.find('byConnector', [name], {
      limit: AT_ONCE,
      ...(after !== undefined && { after }),
    });
    for (const user of page.items) {
      // Also those whose group was marked after the connector had given it to them.
      if (user.accountId !== accountId) continue;
      const isPrivileged = await isProtected(user);
      isAnyProtected ||= isPrivileged;
      if (!isMore(user, connector, isPrivileged)) continue;
      const target = resourceTarget(USER, { action: ACTION, named: { accountId, name: user.userName }, found: user });
      targets.push(target, { ...passwordTarget(accountId, user), ...(isPrivileged && { isPrivileged }) });
    }
    after = page.next;
    if (after !== undefined) continue;
    if (seen < MOST_PEOPLE) return targets;
    break;
  }
  const resource = iamArn(accountId, 'user', '/', '*');
  return [ACTION, ...PASSWORD_ACTIONS].map((action) => ({
    action,
    resource,
    resourceAccountId: accountId,
    ...(isAnyProtected && { isPrivileged: true }),
  }));
}

/** Whether a person of the connector was not made by it, or has more than it gives: no connector gives a privileged group. */
function isMore(user: User, { connectorId, name }: Connector, isPrivileged: boolean): boolean {
  const { path, links = [], groupIds, inlinePolicies, attachedPolicies } = user;
  const given = links.filter(({ id, subject }) => id === linkId(connectorId, subject));
  if (given.length === 0) return false;
  return (
    isPrivileged ||
    path !== `/federated/${name}/` ||
    inlinePolicies.length + attachedPolicies.length > 0 ||
    groupIds.some((id) => !given.some((link) => link.groupIds.includes(id)))
  );
}

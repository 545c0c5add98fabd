import type { Account as WireAccount } from '@aws-sdk/client-organizations';
import type { MemberAccount, Organization } from '../../identity/documents/organizations/organization.ts';
import { accountArn } from '../../identity/organizations/organization-arns.ts';
import { organizationError } from '../../identity/organizations/organization-errors.ts';
import { orgPathOf, pathTo } from '../../identity/organizations/organization-tree.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';

/** @throws {ServiceError} AccountNotFoundException */
export function requireMember({ accounts }: Organization, accountId: string): MemberAccount {
  const found = accounts.find((account) => account.accountId === accountId);
  if (found === undefined) throw organizationError('AccountNotFoundException');
  return found;
}

/** An account of an organization, with both fields of its state, since older clients read `Status`. */
export async function shownAccount(
  store: Pick<IdentityStore, 'accounts'>,
  organization: Organization,
  { accountId, name, joinedMethod, joinedAt }: MemberAccount,
): Promise<WireAccount> {
  const account = await store.accounts.get([accountId]);
  return {
    Id: accountId,
    Arn: accountArn(organization, accountId),
    Email: account?.root.email ?? '',
    Name: name,
    ...(account?.closedAt === undefined
      ? { Status: 'ACTIVE' as const, State: 'ACTIVE' as const }
      : { Status: 'SUSPENDED' as const, State: 'CLOSED' as const }),
    Paths: [`${orgPathOf(organization, pathTo(organization, accountId))}${accountId}/`],
    JoinedMethod: joinedMethod,
    JoinedTimestamp: new Date(joinedAt),
  };
}

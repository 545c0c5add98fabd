import type { Tag } from '../documents/entity.ts';
import type { Organization } from '../documents/organizations/organization.ts';
import { rootFeaturesOf } from '../documents/organizations/root-access.ts';
import { type CreateAccountDependencies, createAccount } from './create-account.ts';
import { firstPolicies } from './organization-tree.ts';

/** How many accounts an organization has at most. AWS begins with 10, and raises the limit on request. */
export const MOST_ACCOUNTS = 10_000;

interface NewMember {
  readonly email: string;
  readonly accountName: string;
  readonly roleName: string;
  readonly tags: readonly Tag[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Creates an account in the root of an organization; or returns why not. If the process ends in between, the account exists outside of the
 * organization: only the management account can use it, and can invite it.
 */
export async function createMemberAccount(
  deps: CreateAccountDependencies,
  organization: Organization,
  { email, accountName: name, roleName, tags, now }: NewMember,
): Promise<{ readonly accountId: string } | 'ACCOUNT_LIMIT_EXCEEDED' | 'INVALID_EMAIL' | 'EMAIL_ALREADY_EXISTS'> {
  const { organizationId, managementAccountId, accounts } = organization;
  if (accounts.length >= MOST_ACCOUNTS) return 'ACCOUNT_LIMIT_EXCEEDED';
  const hasRootPassword = !rootFeaturesOf(organization).includes('RootCredentialsManagement');
  const created = await createAccount(deps, { email, managementAccountId, roleName, hasRootPassword, now });
  if (typeof created === 'string') return created;
  const { accountId } = created;
  await deps.store.organizations.update([organizationId], (current) => ({
    ...current,
    accounts: [
      ...current.accounts,
      {
        accountId,
        name,
        parentId: current.root.rootId,
        joinedAt: now,
        joinedMethod: 'CREATED',
        policyIds: firstPolicies(current),
        tags: [...tags],
      },
    ],
  }));
  return { accountId };
}

import type { Organization } from '../documents/organizations/organization.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** The organization that an account belongs to. */
export async function organizationOf(
  store: Pick<IdentityStore, 'organizations'>,
  accountId: string,
): Promise<Organization | undefined> {
  return (await store.organizations.find('byAccount', [accountId], { limit: 1 })).items[0];
}

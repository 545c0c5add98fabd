import type { Organization } from '../identity/documents/organizations/organization.ts';

/** How many organizations are kept. Each may have thousands of accounts, and most servers have one. */
const MOST = 2;

/** Organizations as they were read last. They may have changed since, so they only tell where an account probably is. */
export class RecentOrganizations {
  readonly #byId = new Map<string, Organization>();

  /** The organization to which an account belonged. */
  of(accountId: string): Organization | undefined {
    for (const organization of this.#byId.values())
      if (organization.accounts.some((account) => account.accountId === accountId)) return organization;
    return undefined;
  }

  keep(organization: Organization): void {
    this.#byId.delete(organization.organizationId);
    this.#byId.set(organization.organizationId, organization);
    if (this.#byId.size > MOST) this.#byId.delete([...this.#byId.keys()][0] as string);
  }
}

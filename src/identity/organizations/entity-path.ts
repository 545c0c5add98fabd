import type { Organization } from '../documents/organizations/organization.ts';
import { findTarget, type OrganizationTarget, pathTo } from './organization-tree.ts';

/** The path of a root, unit or account, as reports name it: `o-…/r-…/ou-…/123456789012`. */
export function entityPathOf(organization: Organization, id: string): string {
  return [organization.organizationId, ...pathTo(organization, id).map((target) => target.id)].join('/');
}

/** What an entity path names; `undefined` if it is not the path of anything in the organization. */
export function entityAt(organization: Organization, path: string): OrganizationTarget | undefined {
  const found = findTarget(organization, path.split('/').at(-1) ?? '');
  return found !== undefined && entityPathOf(organization, found.id) === path ? found : undefined;
}

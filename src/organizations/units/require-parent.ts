import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { organizationError } from '../../identity/organizations/organization-errors.ts';

/** Whether an id is that of the root or of a unit. */
export function isParent({ root, units }: Organization, id: string): boolean {
  return root.rootId === id || units.some(({ unitId }) => unitId === id);
}

/** @throws {ServiceError} ParentNotFoundException */
export function requireParent(organization: Organization, id: string): void {
  if (!isParent(organization, id)) throw organizationError('ParentNotFoundException');
}

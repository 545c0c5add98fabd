import type { IdentityStore } from '../store/identity-store.ts';
import { organizationError } from './organization-errors.ts';

type OrganizationStore = Pick<
  IdentityStore,
  'organizations' | 'organizationPolicies' | 'accountRequests' | 'handshakes'
>;

/**
 * Deletes an organization that has no account but its management account, and everything that belongs to it. The organization goes first:
 * nothing finds the rest without it.
 * @throws {ServiceError} OrganizationNotEmptyException, AWSOrganizationsNotInUseException
 */
export async function deleteOrganization(store: OrganizationStore, organizationId: string): Promise<void> {
  const removed = await store.organizations.remove([organizationId], ({ accounts }) => {
    if (accounts.length > 1) throw organizationError('OrganizationNotEmptyException');
  });
  if (removed === undefined) throw organizationError('AWSOrganizationsNotInUseException');
  for (const { policyId } of removed.policies) await store.organizationPolicies.remove([organizationId, policyId]);
  for (;;) {
    const { items } = await store.accountRequests.find('key', [organizationId], { limit: 100 });
    if (items.length === 0) break;
    for (const { requestId } of items) await store.accountRequests.remove([organizationId, requestId]);
  }
  for (;;) {
    const { items } = await store.handshakes.find('byOrganization', [organizationId], { limit: 100 });
    if (items.length === 0) break;
    for (const { handshakeId } of items) await store.handshakes.remove([handshakeId]);
  }
}

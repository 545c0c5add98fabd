import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Handshake } from '../documents/organizations/handshake.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { MOST_ACCOUNTS } from './create-member-account.ts';
import { constraintViolation, organizationError, reasonedError } from './organization-errors.ts';
import { firstPolicies } from './organization-tree.ts';

interface Joining {
  readonly accountId: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Lets an invited account into the root of the organization. From then on, its policies limit the account.
 * @throws {ServiceError} HandshakeNotFoundException, HandshakeConstraintViolationException, ConstraintViolationException
 */
export async function joinOrganization(
  { organizations }: Pick<IdentityStore, 'organizations'>,
  { organizationId, tags }: Handshake,
  { accountId, name, now }: Joining,
): Promise<void> {
  const isMember = () => reasonedError('HandshakeConstraintViolationException', 'ALREADY_IN_AN_ORGANIZATION');
  try {
    const joined = await organizations.update([organizationId], (current) => {
      if (current.accounts.some((account) => account.accountId === accountId)) throw isMember();
      if (current.accounts.length >= MOST_ACCOUNTS) throw constraintViolation('ACCOUNT_NUMBER_LIMIT_EXCEEDED');
      const policyIds = firstPolicies(current);
      const account = { accountId, name, parentId: current.root.rootId, joinedAt: now, policyIds, tags };
      return { ...current, accounts: [...current.accounts, { ...account, joinedMethod: 'INVITED' as const }] };
    });
    if (joined === undefined) throw organizationError('HandshakeNotFoundException');
  } catch (error) {
    throw error instanceof DuplicateKeyError ? isMember() : error;
  }
}

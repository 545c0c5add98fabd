import type { Organization } from '../documents/organizations/organization.ts';
import { constraintViolation, organizationError } from './organization-errors.ts';

/**
 * The organization without an account. From then on nothing of it limits the account, and the account manages itself.
 * @throws {ServiceError} AccountNotFoundException, MasterCannotLeaveOrganizationException, ConstraintViolationException
 */
export function withoutAccount(organization: Organization, accountId: string): Organization {
  const { accounts, managementAccountId, delegations } = organization;
  const rest = accounts.filter((account) => account.accountId !== accountId);
  if (rest.length === accounts.length) throw organizationError('AccountNotFoundException');
  if (accountId === managementAccountId) throw organizationError('MasterCannotLeaveOrganizationException');
  if (delegations.some((delegation) => delegation.accountId === accountId))
    throw constraintViolation('CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG');
  return { ...organization, accounts: rest };
}

import type { Organization } from '../documents/organizations/organization.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { constraintViolation, organizationError } from './organization-errors.ts';

/** In how many ms closings are counted. */
const COUNTED_FOR = 30 * 86_400_000;
/** How many accounts an organization may close in that time: a tenth of its members, within these bounds. */
const [FEWEST, MOST] = [10, 1000];

interface Closing {
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Closes a member of an organization. Once this resolves, nothing of the account works on any process (`store/without-closed-accounts.ts`);
 * nothing of it is deleted.
 * @param organization as it was read; the closing is counted in the stored one.
 * @throws {ServiceError} AccountNotFoundException, AccountAlreadyClosedException, ConstraintViolationException, AWSOrganizationsNotInUseException
 */
export async function closeAccount(
  store: Pick<IdentityStore, 'accounts' | 'organizations'>,
  { organizationId }: Pick<Organization, 'organizationId'>,
  { accountId, now }: Closing,
): Promise<void> {
  const found = await store.accounts.get([accountId]);
  const counted = await store.organizations.update([organizationId], (current) => {
    if (accountId === current.managementAccountId) throw constraintViolation('CANNOT_CLOSE_MANAGEMENT_ACCOUNT');
    const isMember = current.accounts.some((account) => account.accountId === accountId);
    if (found === undefined || !isMember) throw organizationError('AccountNotFoundException');
    if (found.closedAt !== undefined) throw organizationError('AccountAlreadyClosedException');
    return withClosing(current, { accountId, now });
  });
  if (counted === undefined) throw organizationError('AWSOrganizationsNotInUseException');
  await store.accounts.update([accountId], (old) => {
    if (old.closedAt !== undefined) throw organizationError('AccountAlreadyClosedException');
    return { ...old, closedAt: now };
  });
}

/** The organization with one more closing, without those that do not count any more. */
function withClosing(organization: Organization, closing: Closing): Organization {
  const { accounts, closings = [] } = organization;
  const recent = closings.filter(({ closedAt }) => closedAt > closing.now - COUNTED_FOR);
  const allowed = Math.min(Math.max(Math.floor((accounts.length - 1) / 10), FEWEST), MOST);
  if (recent.length >= allowed) throw constraintViolation('CLOSE_ACCOUNT_QUOTA_EXCEEDED');
  return { ...organization, closings: [...recent, { accountId: closing.accountId, closedAt: closing.now }] };
}

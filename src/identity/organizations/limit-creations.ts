import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { constraintViolation } from './organization-errors.ts';

/** Where accounts that are asked for are counted. */
export type CreationCounter = Pick<Ephemeral, 'increment'>;

/** How many accounts a management account asks for in one day at most, also if none is created. Removed ones stay, so they count. */
const MOST_A_DAY = 1000;

/**
 * Counts that a management account asks for an account.
 * @throws {ServiceError} ConstraintViolationException
 */
export async function countCreation(ephemeral: CreationCounter, managementAccountId: string): Promise<void> {
  const { of, lifetime } = EPHEMERAL_KEYS.accountsCreated;
  if ((await ephemeral.increment(of(managementAccountId), 1, lifetime)) > MOST_A_DAY)
    throw constraintViolation('ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED');
}

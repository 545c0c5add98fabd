import { ServiceError } from '../../kernel/service-error.ts';

/**
 * Checks a member that the model of `wire/constraints` does not have yet.
 * @throws {ServiceError} ValidationError, in AWS's words.
 */
export function requireInRange(member: string, value: number | undefined, most: number): void {
  if (value === undefined || (value >= 1 && value <= most)) return;
  const limit = value < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`;
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have value ${limit}`,
  );
}

import { IAM_ERRORS } from '../identity/rules/iam-errors.ts';
import { ServiceError } from '../kernel/service-error.ts';

/** The simulators' error for an invalid parameter. */
export function invalidInput(message: string, cause?: unknown): ServiceError {
  const addition = cause instanceof ServiceError && message.endsWith(cause.addition) ? cause.addition : '';
  return new ServiceError(IAM_ERRORS.InvalidInput, message, { cause, addition });
}

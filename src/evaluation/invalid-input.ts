import { ServiceError } from '../kernel/service-error.ts';

/** What the simulators answer to a parameter that they cannot take. */
export function invalidInput(message: string, cause?: unknown): ServiceError {
  const addition = cause instanceof ServiceError && message.endsWith(cause.addition) ? cause.addition : '';
  return new ServiceError('InvalidInput', message, { cause, addition });
}

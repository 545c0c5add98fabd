import { ServiceError } from '../kernel/service-error.ts';

/**
 * What the caller is told of something thrown. A ServiceError goes out as it is; a store that cannot be reached is
 * ServiceUnavailable; all else is ours to find out: InternalFailure, and `fault` hears of it.
 */
export function asServiceError(thrown: unknown, fault: (thrown: unknown) => void): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  fault(thrown);
  if (thrown instanceof Error && thrown.name === 'StoreUnavailableError') {
    return new ServiceError('ServiceUnavailable', 'The service cannot reach its store: try again shortly.', {
      cause: thrown,
    });
  }
  return new ServiceError('InternalFailure', 'The request failed for a reason that lies with the server.', {
    cause: thrown,
  });
}

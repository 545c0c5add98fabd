import { ServiceError } from '../kernel/service-error.ts';

/**
 * What the caller is told of something thrown. A ServiceError goes out as it is; a store that cannot be reached is
 * ServiceUnavailable; all else is ours to find out: InternalFailure, and `fault` hears of it.
 */
export function asServiceError(thrown: unknown, fault: (thrown: unknown) => void): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  fault(thrown);
  if (thrown instanceof Error && thrown.name === 'StoreUnavailableError') {
    return new ServiceError('ServiceUnavailable', unavailableText(thrown), { cause: thrown });
  }
  return new ServiceError('InternalFailure', 'The request failed for a reason that lies with the server.', {
    cause: thrown,
  });
}

/** What a caller is told of a store that does not serve. Its reason is a word of ours; the rest of it is for the log. */
function unavailableText(failure: object): string {
  const reason = 'reason' in failure ? failure.reason : undefined;
  if (reason === 'full') {
    return "The service's store is full, so that it takes no changes: try again once its operator has freed space.";
  }
  if (reason === 'read-only')
    return 'The service cannot write to its store, so that it takes no changes: tell its operator.';
  return 'The service cannot reach its store: try again shortly.';
}

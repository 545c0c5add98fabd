import { ServiceError } from '../../kernel/service-error.ts';

/**
 * Converts anything thrown into the error that the caller gets. A ServiceError is returned as is. An unreachable
 * store becomes ServiceUnavailable. Anything else becomes InternalFailure. `fault` is called with everything that is
 * not a ServiceError.
 */
export function asServiceError(thrown: unknown, fault: (thrown: unknown) => void): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  fault(thrown);
  if (thrown instanceof Error && thrown.name === 'StoreUnavailableError') {
    return new ServiceError('ServiceUnavailable', unavailableText(thrown), { cause: thrown });
  }
  return new ServiceError('InternalFailure', 'The request failed because of an internal server error.', {
    cause: thrown,
  });
}

/** The message about an unavailable store. Its reason is one of our own codes; all other details are only logged. */
function unavailableText(failure: object): string {
  if ('isChangeMade' in failure && failure.isChangeMade === true) {
    return 'The change was made, but other servers could not be told of it. Check the current state before you try again.';
  }
  const reason = 'reason' in failure ? failure.reason : undefined;
  if (reason === 'full') {
    return "The service's store is full, so changes are refused: try again once the operator has freed space.";
  }
  if (reason === 'read-only')
    return 'The service cannot write to its store, so changes are refused: contact the operator.';
  return 'The service cannot reach its store: try again shortly.';
}
